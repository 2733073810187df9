module.exports = ({ env }) => ({
  auth: {
    secret: env("ADMIN_JWT_SECRET"),
    // The demo signs in once and stays open: for a working day, in seconds.
    sessions: { accessTokenLifespan: 12 * 60 * 60 },
  },
  apiToken: { salt: env("API_TOKEN_SALT") },
  transfer: { token: { salt: env("TRANSFER_TOKEN_SALT") } },
  secrets: { encryptionKey: env("ENCRYPTION_KEY") },
  flags: { nps: false, promoteEE: false },
  // What talks to the APIs alone needs no pages, and so no build of them.
  serveAdminPanel: env.bool("SERVE_ADMIN_PANEL", true),
});
