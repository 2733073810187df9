// Loaded into every process of a store: it ends when the process that started it is gone, however that one ended.
process.once("disconnect", () => process.exit(1));
