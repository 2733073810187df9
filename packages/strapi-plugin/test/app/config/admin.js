module.exports = {
  auth: { secret: "admin-secret-of-tests" },
  apiToken: { salt: "api-salt-of-tests" },
  transfer: { token: { salt: "transfer-salt-of-tests" } },
  secrets: { encryptionKey: "encryption-key-of-tests-32-chars" },
  flags: { nps: false, promoteEE: false },
};
