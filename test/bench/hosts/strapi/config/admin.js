module.exports = ({ env }) => ({
  auth: { secret: env("HOST_SECRET") },
  apiToken: { salt: env("HOST_SECRET") },
  transfer: { token: { salt: env("HOST_SECRET") } },
  secrets: { encryptionKey: env("HOST_SECRET") },
  flags: { nps: false, promoteEE: false },
});
