-- The very first schema with a few rows, as the first program wrote it. Never change this file.
PRAGMA application_id = 1467114862;
BEGIN TRANSACTION;
CREATE TABLE conversation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL DEFAULT '',
            is_title_automatic INTEGER NOT NULL DEFAULT 1 CHECK (is_title_automatic IN (0, 1)),
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            deleted_at REAL,
            is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
            model_id TEXT,
            sampling_json TEXT,
            draft TEXT NOT NULL DEFAULT '',
            head_id INTEGER REFERENCES message (id) ON DELETE SET NULL
        );
INSERT INTO "conversation" VALUES(1,'Herons',1,1700000000.0,1700000003.0,NULL,0,NULL,NULL,'',3);
CREATE TABLE message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation_id INTEGER NOT NULL REFERENCES conversation (id),
            parent_id INTEGER REFERENCES message (id),
            depth INTEGER NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('user', 'bot')),
            text TEXT NOT NULL,
            created_at REAL NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('writing', 'complete', 'stopped', 'interrupted', 'failed')),
            model_id TEXT,
            statistics_json TEXT,
            is_edited INTEGER NOT NULL DEFAULT 0 CHECK (is_edited IN (0, 1)),
            forgets_before INTEGER NOT NULL DEFAULT 0 CHECK (forgets_before IN (0, 1)),
            rating INTEGER NOT NULL DEFAULT 0 CHECK (rating IN (-1, 0, 1)),
            shown_child_id INTEGER
        );
INSERT INTO "message" VALUES(1,1,NULL,0,'user','Do you like herons?',1700000000.0,'complete',NULL,NULL,0,0,0,3);
INSERT INTO "message" VALUES(2,1,1,1,'bot','Yes, herons are patient.',1700000001.0,'complete','old-model',NULL,0,0,0,NULL);
INSERT INTO "message" VALUES(3,1,1,1,'bot','我喜欢苍鹭',1700000002.0,'writing','old-model',NULL,0,0,0,NULL);
CREATE TABLE migration (name TEXT PRIMARY KEY, applied_at REAL NOT NULL);
INSERT INTO "migration" VALUES('m001_conversations_and_messages',1700000000.0);
CREATE INDEX message_versions ON message (parent_id, conversation_id, role);
CREATE INDEX message_conversation ON message (conversation_id);
CREATE INDEX message_writing ON message (status) WHERE status = 'writing';
CREATE INDEX conversation_head ON conversation (head_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('conversation',1);
INSERT INTO "sqlite_sequence" VALUES('message',3);
COMMIT;
