/* mail_address.h - addresses of mail as conf files hold them. */
#ifndef M13_MAIL_ADDRESS_H
#define M13_MAIL_ADDRESS_H

/* NULL when it is good, else what is accepted. Nothing passes that could end a header line or a recipient. */
const char *mail_refuses_address(const char *address); /* desk@example.gov.cn */
const char *mail_refuses_mailbox(const char *mailbox); /* the same, or NAME <desk@example.gov.cn> */
/* One line of words as people read them. */
const char *mail_refuses_line(const char *line);

#endif
