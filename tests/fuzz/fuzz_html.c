/* Any bytes as a page of HTML of a feed, all the way to canonical records. */
#include "fuzz_target.h"

#include "fuzz_lines.h"
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct reading_desk *desk;
    if (desk == NULL)
        desk = reading_desk_new(reading_definition("kind = \"html\"; charset = \"utf-8\"; rows = "
                                                   "\"//table//tr[td] | //li\"; total = \"//p[@class='n']\"; "
                                                   "as-of = \"//time/@datetime\";",
            "number = { from = [\"td[1]\", \"a\"]; join = \"/\"; }; holder = \"td[2]\"; device = \".\";"
            "decision_date = { from = \"td[3]\"; forms = [\"iso\", \"us\", \"zh\"]; };"
            "route = \"@class\"; status = \"preceding-sibling::*[1]\"; url = \"td/a/@href\";",
            "skip = ( (\"@class\", \"skip*\") );"));
    struct reading *reading = reading_on(desk, bytes, length);
    fuzz_check_lines(reading);
    reading_free(reading);
    return 0;
}
