-- The language for people whose own one is not known, for shops whose platform names none.
alter table webxkey.workspaces add column language text check (language <> '' and length(language) <= 35);
comment on column webxkey.workspaces.language is 'business';
