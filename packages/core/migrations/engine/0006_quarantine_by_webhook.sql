-- What was kept aside of a webhook is looked for by that webhook, when the hashes of old ones are deleted.
create index on webxkey.quarantine (inbox_id);
