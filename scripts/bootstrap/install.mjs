import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Problem, runShowing, step } from "./terminal.mjs";

const OFFLINE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|dns error|tcp connect error|error sending request/i;
const DISK_FULL = /ENOSPC|no space left/i;

/**
 * Makes sure the pinned Node and pnpm are in `scripts/toolchain`, from npm and its lock file alone, and returns
 * an environment whose PATH starts with them.
 */
export async function ensureToolchain(root) {
  const home = join(root, "scripts", "toolchain");
  const bin = join(home, "node_modules", ".bin");
  const target = supportedTarget();
  const stamp = join(home, "node_modules", ".webxkey-installed");
  const wanted = hashOf([join(home, "package-lock.json")], target);
  const complete = () => ["node", "pnpm"].every((program) => existsSync(join(bin, program)));

  if (!isStamped(stamp, wanted) || !complete()) {
    await step("Installing Node 24 and pnpm 12 into scripts/toolchain (about 65 MB, once)", async () => {
      // The packages are plain programs: nothing has to run at install time, whatever npm's settings are.
      const args = [
        "ci",
        "--ignore-scripts",
        "--include=optional",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
      ];
      const { code, output } = await runShowing("npm", args, { cwd: home });
      if (code !== 0) throw installProblem("Node and pnpm", output);
      linkPnpm(home, bin, target);
      // The programs are optional packages, one a platform, so npm reports success when it could fetch none.
      if (!complete()) throw notReached("Node and pnpm");
      writeFileSync(stamp, wanted);
    });
  }
  return {
    ...process.env,
    PATH: [bin, process.env.PATH].join(delimiter),
    // Tools that would report how they are used are told not to.
    DO_NOT_TRACK: "1",
    MEDUSA_DISABLE_TELEMETRY: "true",
    TURBO_TELEMETRY_DISABLED: "1",
  };
}

/** Installs the workspace exactly as `pnpm-lock.yaml` says, unless that was done already. */
export async function ensurePackages(root, env) {
  const stamp = join(root, "node_modules", ".webxkey-installed");
  const wanted = hashOf([join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml")], process.arch);
  if (isStamped(stamp, wanted)) return;

  await step("Installing the packages that pnpm-lock.yaml names", async () => {
    const args = ["install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only"];
    const { code, output } = await runShowing("pnpm", args, { cwd: root, env: { ...env, CI: "true" } });
    if (code !== 0) throw installProblem("the packages", output);
    writeFileSync(stamp, wanted);
  });
}

function supportedTarget() {
  const { platform, arch } = process;
  if (platform !== "linux" || !["x64", "arm64"].includes(arch)) {
    throw new Problem(
      `This repository's scripts run on Linux (x64 or arm64); this is ${platform} on ${arch}.\n` +
        "Use WSL 2 on Windows, or a Linux virtual machine or container elsewhere.",
    );
  }
  if (!process.report.getReport().header.glibcVersionRuntime) {
    throw new Problem(
      "This Linux has no glibc (Alpine has not), and the pinned Node and PostgreSQL need it.\n" +
        "Use an image with glibc, such as Debian or Ubuntu.",
    );
  }
  return `${platform}-${arch}`;
}

function linkPnpm(home, bin, target) {
  const program = join(home, "node_modules", "@pnpm", `exe.${target}`, "pnpm");
  if (!existsSync(program)) return;
  mkdirSync(bin, { recursive: true });
  rmSync(join(bin, "pnpm"), { force: true });
  symlinkSync(join("..", "@pnpm", `exe.${target}`, "pnpm"), join(bin, "pnpm"));
}

function installProblem(what, output) {
  if (DISK_FULL.test(output)) return new Problem(`Could not install ${what}: the disk is full.`);
  if (OFFLINE.test(output)) return notReached(what);
  return new Problem(`Could not install ${what}; the installer's own words are above.`);
}

function notReached(what) {
  return new Problem(
    `Could not install ${what}: the npm registry was not reached.\n` +
      "The first run needs the network. Check the connection, a proxy (HTTPS_PROXY), and `npm ping`; " +
      "then run the same command again, which goes on where this one stopped.",
  );
}

function hashOf(files, salt) {
  const hash = createHash("sha256").update(salt);
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function isStamped(stamp, wanted) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
}
