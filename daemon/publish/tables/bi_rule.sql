CREATE TABLE bi_rule (
    rule TEXT PRIMARY KEY,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    cited TEXT NOT NULL,
    decides TEXT NOT NULL
);

SELECT rule, zh, en, cited, decides FROM rule ORDER BY rule;
