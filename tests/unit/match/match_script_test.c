/* Names in other scripts: kana, Cyrillic, Greek letters, Portuguese and Russian trade words. They reach
 * review with the right firm first, and never more than review. */
#include "roster_of.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Invented firms. */
static const struct test_firm firms[] = {
    {.uscc = "QINGHE",
        .zh = "北京清禾医疗科技股份有限公司",
        .en = "Beijing Qinghe Medical Technology Co., Ltd."},
    {.uscc = "LUOBEI", .en = "Luobei Biotech (Beijing) Co., Ltd."},
    {.uscc = "KESTRA", .en = "Beijing Kestra Imaging Equipment Co., Ltd."},
    {.uscc = "KDM", .en = "Beijing KDM Diagnostics Co., Ltd."},
    {.uscc = "CHANGFENG", .zh = "北京长峰医疗器械有限公司"},
    {.uscc = "SEAGENIX", .en = "Beijing Seagenix Robot Co., Ltd."},
    {.uscc = "MEIDI", .en = "Meidi Pharmacy Co., Ltd."},
    {.uscc = "KOSMAS", .en = "Kosmas Medical S.A."},
    {.uscc = "RUISHAN", .en = "Beijing Ruishan Biotechnology Co., Ltd."},
    {.uscc = "EICHHOLD", .en = "Eichhold and Co. EOOD"},
    {.uscc = "BARTON", .en = "Barton Dental S.A."},
    {.uscc = "CHELIDON", .en = "Chelidon Chatzis Optical S.A."},
    {.uscc = "ZORVEX", .en = "Beijing Zorvex S&T Imp. & Exp. Co., Ltd."},
    {.uscc = "FRONTIS", .en = "Frontisia Dental S.A."},
    {.uscc = "TCMB", .en = "Beijing TCMB Optical Co., Ltd."},
    {.uscc = "QUANDOR", .en = "Quandor Medical Devices Limited"},
};

static struct match_index *all;

static int build(void **state)
{
    (void)state;
    all = roster_of(firms, sizeof firms / sizeof *firms);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    match_index_free(all);
    return 0;
}

/* The band is review, the firm the right one. */
static void assert_recognised(const char *name, const char *uscc)
{
    char found[32];
    enum match_band band = band_of_name(all, name, found);
    if (band != MATCH_REVIEW || strcmp(found, uscc) != 0)
        print_error("%s: band %d, firm %s\n", name, (int)band, found);
    assert_int_equal(band, MATCH_REVIEW);
    assert_string_equal(found, uscc);
}

static void katakana_is_recognised_by_its_sound(void **state)
{
    (void)state;
    assert_recognised("ベイジン・チンフー・メディカル・テクノロジー", "QINGHE");
    assert_recognised("ルオベイ・バイオテック（ベイジン）", "LUOBEI");
    assert_recognised("北京ルオベイ バイオテクノロジー カンパニー・リミテッド", "LUOBEI");
    assert_recognised("ベイジン・ケストラ・イメージング・エクイップメント", "KESTRA");
    assert_recognised("ﾙｵﾍﾞｲ･ﾊﾞｲｵﾃｯｸ", "LUOBEI");
    assert_recognised("るおべい バイオテック", "LUOBEI");
}

static void cyrillic_is_recognised_by_its_sound(void **state)
{
    (void)state;
    assert_recognised("Бейджинг Чинхэ Медикал Технолоджи Ко., Лтд.", "QINGHE");
    assert_recognised("ООО Пекин Цинхэ Медицинские Технологии", "QINGHE");
    assert_recognised("Лобэй Биотех (Бэйцзин) Ко. Лтд", "LUOBEI");
    assert_recognised("Луобей Биотехнологии (Пекин)", "LUOBEI");
    assert_recognised("Чанфэн Медицинские Приборы, Пекин", "CHANGFENG");
}

static void greek_letters_are_read_too(void **state)
{
    (void)state;
    assert_recognised("ΚΕΣΤΡΑ IMAGING (Beijing)", "KESTRA");
}

/* Capitals have neither marks nor a letter of their own for the last sigma. */
static void greek_is_read_alike_in_capitals_and_small_letters(void **state)
{
    (void)state;
    assert_recognised("ΚΟΣΜΑΣ ΙΑΤΡΙΚΗ ΑΝΩΝΥΜΟΣ ΕΤΑΙΡΕΙΑ", "KOSMAS");
    assert_recognised("Κοσμάς Ιατρική Ανώνυμος Εταιρεία", "KOSMAS");
    assert_recognised("Κοσμάς Ιατρικά Μονοπρόσωπη Α.Ε.", "KOSMAS");
    assert_recognised("Kosmas Iatrika Anonimos Etaireia", "KOSMAS");
}

static void names_of_letters_are_an_abbreviation(void **state)
{
    (void)state;
    assert_recognised("ベイジン・ケーディーエム・ダイアグノスティックス", "KDM");
    assert_recognised("Бейджинг КэйДиЭм Диагностикс", "KDM");
    assert_recognised("Пекин Кей Ди Эм Диагностика", "KDM");
    assert_recognised("ТСМВ Оптикал (Пекин)", "TCMB"); /* Cyrillic, as it looks */
}

/* English letters have two sounds, and its vowels any: what carries is the consonants. */
static void english_brands_are_recognised_as_they_are_spoken(void **state)
{
    (void)state;
    assert_recognised("ベイジン・シージェニックス・ロボット", "SEAGENIX");
    assert_recognised("シージェニックス・ロボティックス", "SEAGENIX");
    assert_recognised("Бейджинг Сигеникс Робот Ко.", "SEAGENIX");
    assert_recognised("ООО Сидженикс Робот, Пекин", "SEAGENIX");
    assert_none(all, "ベイジン・シーボニックス・ロボット");
}

static void portuguese_and_russian_trade_words_are_translated(void **state)
{
    (void)state;
    assert_recognised("Beijing Qinghe Tecnologia Médica Ltda.", "QINGHE");
    assert_recognised("Qinghe Tecnologia Médica (Pequim) Ltda", "QINGHE");
    assert_recognised("Luobei Biotecnologia Pequim", "LUOBEI");
    assert_recognised("Meidi Farmácia Ltda", "MEIDI");
    assert_recognised("Seagenix Robótica (Pequim) Companhia Ltda", "SEAGENIX");
    assert_recognised("Pequim Zorvex Ciência e Tecnologia Importação e Exportação Ltda", "ZORVEX");
    assert_recognised("Beijing Kestra Equipamentos de Imagem Ltda", "KESTRA");
}

/* 器械 may be device, instrument or apparatus; two English names that differ in it are two names. */
static void one_chinese_trade_word_stands_for_several_english_ones(void **state)
{
    (void)state;
    assert_recognised("Beijing Changfeng Medical Instruments Co., Ltd.", "CHANGFENG");
    assert_recognised("Beijing Changfeng Medical Devices Co., Ltd.", "CHANGFENG");
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .en = "Beijing Kunlun Medical Device Co., Ltd."}, 1);
    assert_review(one, "Beijing Kunlun Medical Instrument Co., Ltd.", "X", "R14");
    match_index_free(one);
}

/* Palladius: ж is the r of pinyin, юй its u; elsewhere ж is an English j or g. */
static void russian_hides_the_r_of_pinyin(void **state)
{
    (void)state;
    assert_recognised("Пекин Жуйшань Биотехнолоджи Ко., Лтд.", "RUISHAN");
    assert_recognised("Бэйцзин Жуйшань Био Технологии Ко., Лтд.", "RUISHAN");
    assert_recognised("Бейджинг Руишан Биотех Ко. Лтд.", "RUISHAN");
    assert_none(all, "Пекин Жэньшунь Биотехнолоджи Ко., Лтд.");
}

static void bulgarian_german_and_greek_letters_are_read(void **state)
{
    (void)state;
    assert_recognised("АЙХХОЛД И КО ЕООД", "EICHHOLD");
    assert_recognised("Квандор Медикъл Девайсис ООД", "QUANDOR");
    assert_recognised("ΜΠΑΡΤΟΝ ΟΔΟΝΤΙΑΤΡΙΚΑ Α.Β.Ε.Ε.", "BARTON");
    assert_recognised("ΦΡΟΝΤΙΣΙΑ ΟΔΟΝΤΙΑΤΡΙΚΑ Α.Ε.", "FRONTIS"); /* d, or nt letter by letter */
    assert_recognised("ΧΕΛΙΔΩΝ ΧΑΤΖΗΣ ΑΝΩΝΥΜΗ ΕΤΑΙΡΕΙΑ ΟΠΤΙΚΩΝ ΕΙΔΩΝ", "CHELIDON");
}

/* Two languages rarely have all trade words in common: the whole core is enough for a look, part of it is
 * not. */
static void whole_core_counts_for_more_than_trade_words(void **state)
{
    (void)state;
    assert_recognised("Пекин Цинхэ Технологии и Оборудование", "QINGHE");
    assert_none(all, "Пекин Цинхэ Ромашка Технологии и Оборудование");
}

/* Sounding alike, in another town, is no evidence; the towns are known in these scripts, too. */
static void same_sound_in_another_town_is_another_firm(void **state)
{
    (void)state;
    assert_none(all, "Тяньцзинь Цинхэ Медикал Технолоджи Ко., Лтд.");
    assert_none(all, "Шэньчжэнь Цинхэ Медикал Технолоджи Ко., Лтд.");
    assert_none(all, "シンセン・チンフー・メディカル・テクノロジー");
}

static void other_sounds_are_other_firms(void **state)
{
    (void)state;
    assert_none(all, "ベイジン・ワンミン・メディカル・テクノロジー");
    assert_none(all, "Пекин Вантун Медикал");
    assert_none(all, "メディカル・テクノロジー");
    assert_none(all, "ルー・ドーナツ");
    assert_none(all, "ООО Ромашка");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(katakana_is_recognised_by_its_sound),
        cmocka_unit_test(cyrillic_is_recognised_by_its_sound),
        cmocka_unit_test(greek_letters_are_read_too),
        cmocka_unit_test(greek_is_read_alike_in_capitals_and_small_letters),
        cmocka_unit_test(names_of_letters_are_an_abbreviation),
        cmocka_unit_test(english_brands_are_recognised_as_they_are_spoken),
        cmocka_unit_test(portuguese_and_russian_trade_words_are_translated),
        cmocka_unit_test(one_chinese_trade_word_stands_for_several_english_ones),
        cmocka_unit_test(russian_hides_the_r_of_pinyin),
        cmocka_unit_test(bulgarian_german_and_greek_letters_are_read),
        cmocka_unit_test(whole_core_counts_for_more_than_trade_words),
        cmocka_unit_test(same_sound_in_another_town_is_another_firm),
        cmocka_unit_test(other_sounds_are_other_firms),
    };
    return cmocka_run_group_tests(tests, build, drop);
}
