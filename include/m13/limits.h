/* limits.h - every ceiling of m13d in one place, each with its reason.
 *
 * Anything whose size an outsider decides has a ceiling here and fails cleanly at it. A ceiling is about four
 * times the largest value seen in real data, unless it says otherwise. */
#ifndef M13_LIMITS_H
#define M13_LIMITS_H

/* --- what a regulator may send ------------------------------------------------------------------------- */

/* One response body after decompression. Largest known: CDSCO's list, about 100 MB in one piece; the ceiling
 * of a feed is set in its definition (`maximum-bytes`) and cannot exceed this one. */
#define LIMIT_PAYLOAD_BYTES         (2LL * 1024 * 1024 * 1024)
#define LIMIT_PAYLOAD_BYTES_DEFAULT (64LL * 1024 * 1024)
/* A response that unpacks to more than this many times its transferred size is a bomb. Real JSON of openFDA
 * compresses about 12 times; a long run of equal rows may reach 100. */
#define LIMIT_UNPACK_RATIO 300
/* All pages of one poll, unpacked: openFDA's history has 1.4 GB, EUDAMED's devices some 4 GB. Each page may
 * be within its ceiling and the chain still without end; what it brought stays on the disk. */
#define LIMIT_POLL_BYTES            (16LL * 1024 * 1024 * 1024)
#define LIMIT_HEADER_BYTES          (64 * 1024)       /* all response headers together */
#define LIMIT_URL_BYTES             4096              /* openFDA's search_after links have about 300 */
#define LIMIT_PAGES                 20000             /* pages of one poll; EUDAMED's devices need 5,900 */
#define LIMIT_INDEX_BYTES           (2 * 1024 * 1024) /* a page on which a link is looked for; PMDA's has 60 KB */
#define LIMIT_AUTHORITIES_BYTES     (4 * 1024 * 1024) /* Debian's bundle has 220 KB */
#define LIMIT_BY_HAND_FILES         64 /* pages of one poll by hand: so many descriptors go at once */
#define LIMIT_VALUE_ATTEMPTS        6  /* half an hour: then one value of a list is left out of its round */
#define LIMIT_CONNECT_MS            (15 * 1000)      /* libcurl's default is 300 s */
#define LIMIT_TRANSFER_MS           (30 * 60 * 1000) /* one response, however slowly it comes */
#define LIMIT_SLOW_BYTES_PER_SECOND 100              /* slower than this ... */
#define LIMIT_SLOW_SECONDS          60               /* ... for so long is a dead peer */
#define LIMIT_RETRY_AFTER_MS                                                                                 \
    (24LL * 3600 * 1000) /* a longer Retry-After is cut to this: never dead for good */

/* --- what a row may hold -------------------------------------------------------------------------------- */

#define LIMIT_ROW_BYTES   (4 * 1024 * 1024) /* one raw row; openFDA's largest seen has 60 KB */
#define LIMIT_JSON_DEPTH  64                /* nesting of a document */
#define LIMIT_FIELD_BYTES (256 * 1024)      /* one cell or one mapped member */
/* Values of one row that are joined to a member ("a[*].b"): each is compared with each. openFDA's longest
 * list, the FEI numbers of a product code, has 843. */
#define LIMIT_JOINED_VALUES 4096
#define LIMIT_CSV_COLUMNS   512
#define LIMIT_HEADER_ROWS   20   /* of a register's table: titles and remarks may stand above the header */
#define LIMIT_HEADER_NAME   4096 /* bytes of one column's name; Japanese headers have some 100 */
#define LIMIT_RECORD_BYTES  (512 * 1024) /* one canonical record, as a line of NDJSON */
#define LIMIT_NAME_BYTES    4096         /* a maker's name, for the matcher */
#define LIMIT_SHAPE_NAMES   200          /* different names of a row's fields that are watched for drift */
#define LIMIT_SHAPE_BYTES   4096         /* of them together */
#define LIMIT_REPEATED_ROWS 8192         /* of one number that become one record; the rest are rejects */
#define LIMIT_REJECTS_KEPT  10000        /* rejects of one poll that are kept one by one; all are counted */

/* --- what is XML or HTML ---------------------------------------------------------------------------------
 * Rows of XML are built one by one, a page of HTML as a whole: a node takes some 200 bytes, whatever stands
 * in the text. */

#define LIMIT_XML_DEPTH     64    /* nesting of elements; a feed has 5 */
#define LIMIT_XML_ROW_NODES 20000 /* elements, attributes and texts of a row; an Atom entry has 50 */
#define LIMIT_XML_PREFIXES  64    /* different prefixes of a document; a feed of a blog has a dozen */
/* All different names of a document together: libxml2 searches ever longer lists for them. */
#define LIMIT_XML_NAME_BYTES (256 * 1024)
/* Of one question: the rows of a page of LIMIT_HTML_NODES take 800,000. */
#define LIMIT_XPATH_STEPS 4000000
#define LIMIT_HTML_BYTES  (8 * 1024 * 1024)
#define LIMIT_HTML_NODES  200000 /* a table of 10,000 rows by 6 columns has 130,000 */
#define LIMIT_HTML_DEPTH  200    /* libxml2 stops at 256 without a word */

/* --- the decoder's child ---------------------------------------------------------------------------------
 */

/* RLIMIT_AS. Its resident peak is held to 64 MiB, but for the texts of a workbook (LIMIT_WORKBOOK_STRINGS).
 */
#define LIMIT_DECODER_MEMORY_BYTES (512LL * 1024 * 1024)
#define LIMIT_DECODER_CPU_SECONDS  600          /* a 1 GB payload takes about 20 s */
#define LIMIT_DECODER_SILENCE_MS   (120 * 1000) /* no line for so long although we read: it hangs */
#define LIMIT_CHILD_STDERR_BYTES   (64 * 1024)  /* what a child may say before it is cut short */
#define LIMIT_PUBLISH_MS           (10 * 60 * 1000)

/* --- the loop ---------------------------------------------------------------------------------------------
 */

#define LIMIT_SLICE_MS              5 /* one slice of long work */
#define LIMIT_GROUP_MS              50 /* turns of an import that are committed together: what a kill may cost it */
#define LIMIT_TIMERS                100000
#define LIMIT_TIMER_RUNS            100000 /* of one timer within a second: libcurl's may do 10,000 */
#define LIMIT_TRANSFERS             8      /* HTTP requests in flight, all feeds together */
#define LIMIT_CONTROL_CLIENTS       32
#define LIMIT_CONTROL_REQUEST_BYTES (64 * 1024)
#define LIMIT_CONTROL_FILES         64 /* of one request; the kernel takes 253 */
/* One packet of an answer: below what a socket's buffer takes by default (208 KiB). */
#define LIMIT_CONTROL_PACKET_BYTES (128 * 1024)
/* Answers that may wait for a client that is slow to read. */
#define LIMIT_CONTROL_WAITING_BYTES (16 * 1024 * 1024)

/* --- configuration and local files ------------------------------------------------------------------------
 */

#define LIMIT_CONF_BYTES (1024 * 1024) /* one conf file */
/* libconfig's time, and our walk, grow with the square: 5,000 settings of one group take 0.2 s. The largest
 * shipped file has some 400 names, values and brackets. */
#define LIMIT_CONF_ITEMS       8192
#define LIMIT_CONF_DEPTH       16 /* our deepest is a condition's value: fields, member, rules, rule, when, ... */
#define LIMIT_HOLIDAYS         4096 /* days of the holidays file: a century of arrangements */
#define LIMIT_PROBLEMS         200  /* mistakes reported at once by `check` */
#define LIMIT_FEEDS            256
#define LIMIT_LOCAL_FILE_BYTES (512LL * 1024 * 1024) /* one file of local records */
#define LIMIT_LOCAL_ROWS       1048576               /* of one file: as many as a sheet of Excel holds */
#define LIMIT_LOCAL_SHEETS     64 /* of one workbook, with rows in them; there are 15 kinds */
/* An import is put off while less of the disk is free, beyond what its sealed rows still need: a write-ahead
 * log of some turns and what else the daemon writes meanwhile. A disk that fills up ends the program. */
#define LIMIT_DISK_RESERVE_BYTES (32LL * 1024 * 1024)

/* --- workbooks (XLSX) ------------------------------------------------------------------------------------
 * Measured on a sheet of 500,000 rows by 16 columns with 8,000,000 different texts, which is more than any
 * firm has to tell: 575 MB unpacked from 62 MB, 120 MB of texts, 154 MiB resident. */

/* All parts that are read. A sheet filled to Excel's last row, 30 columns wide, has 1.2 GB. */
#define LIMIT_WORKBOOK_BYTES      (4LL * 1024 * 1024 * 1024)
#define LIMIT_WORKBOOK_PART_BYTES (2LL * 1024 * 1024 * 1024)
/* LIMIT_UNPACK_RATIO is asked from here on: a small sheet of equal rows may well be 300 times its size. */
#define LIMIT_WORKBOOK_SMALL_BYTES (32LL * 1024 * 1024)
#define LIMIT_WORKBOOK_PARTS       4096  /* a workbook of 250 sheets with pictures and comments has 1,300 */
#define LIMIT_WORKBOOK_SHEETS      256   /* each is looked up in the list of parts; desks have a dozen */
#define LIMIT_WORKBOOK_STYLES      65536 /* what Excel itself holds at most */
/* Texts are kept in memory, each once, with 4 bytes to find it: both together, beside the libraries, stay
 * below LIMIT_DECODER_MEMORY_BYTES. */
#define LIMIT_WORKBOOK_STRINGS      (12 * 1024 * 1024)
#define LIMIT_WORKBOOK_STRING_BYTES (256LL * 1024 * 1024)
/* A tag or a text between two tags; Excel's longest cell has 32,767 characters, 8 bytes each where they are
 * written as numbers. */
#define LIMIT_XML_RUN_BYTES (512 * 1024)
#define LIMIT_SHEET_ROWS    1048576 /* Excel's own, as is the next */
#define LIMIT_SHEET_COLUMNS 16384

/* --- delivery ---------------------------------------------------------------------------------------------
 */

#define LIMIT_DELIVERY_MS          (30 * 1000) /* Standard Webhooks asks for 15 to 30 s */
#define LIMIT_DELIVERY_REPLY_BYTES (64 * 1024)
/* A mail: connection, TLS, greeting and login (some servers keep a stranger waiting for half a minute); and
 * the whole. RFC 5321, 4.5.3.2 would wait longer, for servers that pass a message on before they answer; one
 * that looks through it for viruses takes seconds. */
#define LIMIT_MAIL_LOGIN_MS     (60 * 1000)
#define LIMIT_MAIL_MS           (5 * 60 * 1000)
#define LIMIT_MAIL_BYTES        (12 * 1024 * 1024) /* base64 adds a third; many servers take 20 MB */
#define LIMIT_MAIL_HEADER_BYTES (16 * 1024)        /* of one header, before it is encoded */
#define LIMIT_MESSAGES_A_TURN   50 /* firms, and desks of firms, whose messages are written in one turn */
#define LIMIT_DELIVERY_ATTEMPTS 12 /* over about three days */
/* So often the first message in line is tried before those behind it go past: some 36 minutes. */
#define LIMIT_DELIVERY_IN_LINE     5
#define LIMIT_DELIVERIES_UNDER_WAY 128 /* one descriptor and one body in memory each */
/* Of these, to receivers that held their place long when last sent to: the rest is for those that are well.
 */
#define LIMIT_DELIVERIES_TROUBLED 32
#define LIMIT_DELIVERY_SLOW_MS    2000 /* slow; a webhook that is well takes some 200 ms */
/* More receivers than that are looked through for new deliveries once a second, not each turn: a look
 * through 5,000 takes some 40 ms. */
#define LIMIT_DELIVERY_LOOKS    256
#define LIMIT_DELIVERY_LOOK_MS  1000
#define LIMIT_DELIVERY_PROBLEMS 100 /* that are listed in one message to the desk; all are counted */

/* --- words of messages ------------------------------------------------------------------------------------
 */

#define LIMIT_TEMPLATE_BYTES (64 * 1024) /* one file; the largest that m13d brings has 4 KB */
#define LIMIT_TEMPLATE_DEPTH 8           /* sections in each other; ours have 3 */
#define LIMIT_TEMPLATE_NODES 4096        /* tags and texts of one template with its parts; ours have 150 */
/* Nodes walked for one message: sections over lists in each other multiply. 200 cases take 20,000. */
#define LIMIT_TEMPLATE_STEPS 500000
/* The words of one language: more nobody reads. As HTML, of the shortest lines that fit. */
#define LIMIT_MESSAGE_BYTES      (256 * 1024)
#define LIMIT_MESSAGE_HTML_BYTES (24 * 1024 * 1024)
#define LIMIT_MESSAGE_VALUE      1000 /* bytes of one value; a sentence of a rule has some 300 */
#define LIMIT_MESSAGE_LIST       200  /* cases, problems ... that one message names; the rest is counted */
#define LIMIT_MESSAGE_INNER_LIST 30   /* of one case: its rules, what is missing */
#define LIMIT_ASKED_ROWS         300 /* of one sheet that a firm is sent; what it has sold may be much more */
/* A workbook of six sheets with that many rows has 200 KB; a mail must hold it in base64. */
#define LIMIT_ATTACHMENT_BYTES (4 * 1024 * 1024)
#define LIMIT_SUBJECT_BYTES    240 /* of one language: three lines of a header */

#endif
