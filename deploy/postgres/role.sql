-- Run once, when the database is made: Holdfast's own role, which is no superuser, and its database.
\set ON_ERROR_STOP on
\set password `cat "${DATABASE_PASSWORD_FILE:-/run/secrets/database-password}"`
CREATE ROLE holdfast LOGIN PASSWORD :'password';
CREATE DATABASE holdfast OWNER holdfast TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE holdfast FROM PUBLIC;
