import { type GraphRefusal, unknownObject } from "../graph-errors.ts";
import type { Simulation } from "../simulation.ts";
import { type PhoneNumber, type Template, templateById, type Waba } from "../world.ts";
import { authorise, type Caller } from "./authorise.ts";
import { type GraphAnswer, type GraphCall, ok, refuse } from "./call.ts";
import { debugToken } from "./debug-token.ts";
import { createTemplate, deleteTemplates, getTemplate, listTemplates } from "./message-templates.ts";
import { getPhoneNumber, getWaba, listPhoneNumbers } from "./phone-numbers.ts";
import { type SendOutcome, sendMessage } from "./send-message.ts";
import { listSubscribedApps, subscribeApp, unsubscribeApp } from "./subscribed-apps.ts";

const SEND_SCOPE = "whatsapp_business_messaging";
const MANAGE_SCOPE = "whatsapp_business_management";

interface WabaRequest {
  sim: Simulation;
  waba: Waba;
  caller: Caller;
  call: GraphCall;
  /** Scheme, host and port under which the simulator was reached. */
  origin: string;
}

/** The edges of a WABA, by method. */
const WABA_ROUTES: Record<string, (request: WabaRequest) => GraphAnswer | Promise<GraphAnswer>> = {
  "GET message_templates": ({ sim, waba, call, origin }) => listTemplates(sim, waba, call, origin),
  "POST message_templates": ({ sim, waba, call }) => createTemplate(sim, waba, call),
  "DELETE message_templates": ({ sim, waba, call }) => deleteTemplates(sim, waba, call),
  "GET phone_numbers": ({ sim, waba, call, origin }) => listPhoneNumbers(sim, waba, call, origin),
  "GET subscribed_apps": ({ sim, waba }) => listSubscribedApps(sim, waba),
  "POST subscribed_apps": ({ sim, waba, caller, call }) => subscribeApp(sim, waba, caller.app, call),
  "DELETE subscribed_apps": ({ sim, waba, caller }) => unsubscribeApp(sim, waba, caller.app),
};

const EDGES = new Set(["messages", ...Object.keys(WABA_ROUTES).map((route) => route.split(" ")[1])]);
const NODE_ID = /^\d{5,20}$/;

/** Answers any Graph call: path, then token, then object and permission, then whatever the route checks. */
// behaviour: error-order
export function answerCall(
  sim: Simulation,
  call: GraphCall | undefined,
  origin: string,
  target: string,
): SendOutcome | Promise<SendOutcome> {
  if (!call) return answered(refuse(unknownPath(target)));
  const [node = "", edge] = call.path;
  if (!isKnownPath(call)) return answered(refuse(unknownPath(target)));
  if (node === "debug_token" && call.method === "GET") return answered(debugToken(sim, call));
  const caller = authorise(sim, call);
  if ("refused" in caller) return answered(caller);
  if (node === "me") return answered(ok({ id: caller.token.userId, name: caller.app.name }));

  const found = findNode(sim, node);
  const waba = found?.waba;
  if (!found || !waba || !caller.token.wabaIds.includes(waba.id)) {
    return answered(refuse(unknownObject(call.method, node)));
  }
  const scope = edge === "messages" ? SEND_SCOPE : MANAGE_SCOPE;
  if (!caller.token.scopes.includes(scope)) return answered(refuse(missingScope(scope)));
  if (edge === "messages" && call.method === "POST" && found.number)
    return sendMessage(sim, found.number, call);
  const answer = route(sim, call, edge, found, { sim, waba, caller, call, origin });
  return answer instanceof Promise ? answer.then(answered) : answered(answer);
}

const answered = (answer: GraphAnswer): SendOutcome => ({ answer });

function isKnownPath({ path }: GraphCall): boolean {
  const [node = "", edge] = path;
  if (node === "me" || node === "debug_token") return path.length === 1;
  return NODE_ID.test(node) && path.length <= 2 && (edge === undefined || EDGES.has(edge));
}

interface FoundNode {
  number?: PhoneNumber;
  template?: Template;
  /** The WABA itself, or the one that the number or template belongs to. */
  waba: Waba | undefined;
}

function findNode(sim: Simulation, id: string): FoundNode | undefined {
  const number = sim.world.numbers.get(id);
  if (number) return { number, waba: sim.world.wabas.get(number.wabaId) };
  const waba = sim.world.wabas.get(id);
  if (waba) return { waba };
  const template = templateById(sim.world, id);
  return template && { template, waba: sim.world.wabas.get(template.wabaId) };
}

function route(
  sim: Simulation,
  call: GraphCall,
  edge: string | undefined,
  { number, template }: FoundNode,
  request: WabaRequest,
): GraphAnswer | Promise<GraphAnswer> {
  const isGet = call.method === "GET";
  if (edge === undefined && isGet && number) return getPhoneNumber(sim, number, call);
  if (edge === undefined && isGet && template) return getTemplate(template, call);
  if (edge === undefined && isGet) return getWaba(sim, request.waba, call);
  const run = number || template ? undefined : WABA_ROUTES[`${call.method} ${edge}`];
  return run ? run(request) : refuse(unknownObject(call.method, call.path[0] ?? ""));
}

function unknownPath(target: string): GraphRefusal {
  const path = target.split("?")[0]?.replace(/^\/v\d+\.\d+/, "");
  return { http: 400, code: 2500, message: `Unknown path components: ${path}` };
}

// behaviour: scope-checks
function missingScope(scope: string): GraphRefusal {
  const doing =
    scope === SEND_SCOPE
      ? "send messages on behalf of this WhatsApp Business Account"
      : "manage this WhatsApp Business Account";
  return {
    http: 403,
    code: 200,
    message: `(#200) You do not have the necessary permissions required to ${doing}`,
  };
}
