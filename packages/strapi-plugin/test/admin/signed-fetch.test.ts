import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { signedFetch } from "../../admin/src/signed-fetch.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Strapi's server, which takes one token and answers with what it was sent. */
async function startStrapi(taken: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { authorization = "" } = request.headers;
    asked.push(authorization);
    void text(request).then((body) => {
      response.writeHead(authorization === `Bearer ${taken}` ? 200 : 401);
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  const put = () => new Request(`http://127.0.0.1:${port}/`, { method: "PUT", body: "the body" });
  return { asked, put };
}

test("sends with the token of the moment", async () => {
  const { asked, put } = await startStrapi("second");
  let token = "first";
  const send = signedFetch({ token: () => token, renew: () => Promise.reject(new Error("not asked for")) });
  token = "second";
  expect((await send(put())).status).toBe(200);
  expect(asked).toEqual(["Bearer second"]);
});

test("a token that ran out is renewed once, and the request is sent again with its body", async () => {
  const { asked, put } = await startStrapi("new");
  let token = "old";
  const send = signedFetch({
    token: () => token,
    renew: async () => {
      token = "new";
    },
  });
  const answer = await send(put());
  expect([answer.status, await answer.text()]).toEqual([200, "the body"]);
  expect(asked).toEqual(["Bearer old", "Bearer new"]);
});

test("a session that is over is answered as Strapi answered, and nothing is sent again", async () => {
  const { asked, put } = await startStrapi("new");
  const send = signedFetch({
    token: () => null,
    renew: () => Promise.reject(new Error("The session is over.")),
  });
  expect((await send(put())).status).toBe(401);
  expect(asked).toEqual(["Bearer"]);
});
