// Loaded into every Medusa process: it ends when the process that started it is gone, however that one ended.
process.once("disconnect", () => process.exit(1));
