"""Sites: European cities that charging locations are placed in. Facts only."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Country:
    """What all cities of a country share."""

    alpha_2: str
    """ISO 3166-1 alpha-2."""
    alpha_3: str
    """ISO 3166-1 alpha-3."""
    time_zone: str
    """IANA name; all cities listed here lie in the same one."""
    domestic: str
    """The household socket, as OCPI's ConnectorType."""
    address: str = "{street} {number}"
    """How street and house number are written."""


@dataclass(frozen=True, slots=True)
class Site:
    """A city."""

    country: Country
    city: str
    """In the language and script of the locale."""
    latitude: float
    """Of the centre, WGS 84, degrees."""
    longitude: float
    postal_code: str
    """A pattern: # stands for a digit, @ for a letter."""
    locale: str
    """Of Faker; its first two letters are the language, ISO 639-1."""
    state: str = ""
    """Where the country has such, and addresses mention it."""

    @property
    def language(self) -> str:
        """ISO 639-1."""
        return self.locale[:2]


_NUMBER_FIRST = "{number} {street}"
_COMMA = "{street}, {number}"

AT = Country("AT", "AUT", "Europe/Vienna", "DOMESTIC_F")
BE = Country("BE", "BEL", "Europe/Brussels", "DOMESTIC_E")
BG = Country("BG", "BGR", "Europe/Sofia", "DOMESTIC_F")
CH = Country("CH", "CHE", "Europe/Zurich", "DOMESTIC_J")
CY = Country("CY", "CYP", "Asia/Nicosia", "DOMESTIC_G")
CZ = Country("CZ", "CZE", "Europe/Prague", "DOMESTIC_E")
DE = Country("DE", "DEU", "Europe/Berlin", "DOMESTIC_F")
DK = Country("DK", "DNK", "Europe/Copenhagen", "DOMESTIC_K")
EE = Country("EE", "EST", "Europe/Tallinn", "DOMESTIC_F")
ES = Country("ES", "ESP", "Europe/Madrid", "DOMESTIC_F", _COMMA)
FI = Country("FI", "FIN", "Europe/Helsinki", "DOMESTIC_F")
FR = Country("FR", "FRA", "Europe/Paris", "DOMESTIC_E", _NUMBER_FIRST)
GB = Country("GB", "GBR", "Europe/London", "DOMESTIC_G", _NUMBER_FIRST)
GR = Country("GR", "GRC", "Europe/Athens", "DOMESTIC_F")
HR = Country("HR", "HRV", "Europe/Zagreb", "DOMESTIC_F")
HU = Country("HU", "HUN", "Europe/Budapest", "DOMESTIC_F", "{street} {number}.")
IE = Country("IE", "IRL", "Europe/Dublin", "DOMESTIC_G", _NUMBER_FIRST)
IS = Country("IS", "ISL", "Atlantic/Reykjavik", "DOMESTIC_F")
IT = Country("IT", "ITA", "Europe/Rome", "DOMESTIC_L", _COMMA)
LT = Country("LT", "LTU", "Europe/Vilnius", "DOMESTIC_F")
LU = Country("LU", "LUX", "Europe/Luxembourg", "DOMESTIC_F", "{number}, {street}")
LV = Country("LV", "LVA", "Europe/Riga", "DOMESTIC_F")
MT = Country("MT", "MLT", "Europe/Malta", "DOMESTIC_G", "{number}, {street}")
NL = Country("NL", "NLD", "Europe/Amsterdam", "DOMESTIC_F")
NO = Country("NO", "NOR", "Europe/Oslo", "DOMESTIC_F")
PL = Country("PL", "POL", "Europe/Warsaw", "DOMESTIC_E")
PT = Country("PT", "PRT", "Europe/Lisbon", "DOMESTIC_F", _COMMA)
RO = Country("RO", "ROU", "Europe/Bucharest", "DOMESTIC_F")
SE = Country("SE", "SWE", "Europe/Stockholm", "DOMESTIC_F")
SI = Country("SI", "SVN", "Europe/Ljubljana", "DOMESTIC_F")
SK = Country("SK", "SVK", "Europe/Bratislava", "DOMESTIC_E")

# No city whose centre is less than 4 km from a border: places are scattered around the centre.
SITES: tuple[Site, ...] = (
    Site(AT, "Wien", 48.2082, 16.3738, "10#0", "de_AT", "Wien"),
    Site(AT, "Graz", 47.0707, 15.4395, "80##", "de_AT", "Steiermark"),
    Site(AT, "Linz", 48.3069, 14.2858, "40##", "de_AT", "Oberösterreich"),
    Site(AT, "Salzburg", 47.8095, 13.0550, "50##", "de_AT", "Salzburg"),
    Site(AT, "Innsbruck", 47.2692, 11.4041, "60##", "de_AT", "Tirol"),
    Site(BE, "Antwerpen", 51.2194, 4.4025, "20##", "nl_BE"),
    Site(BE, "Gent", 51.0543, 3.7174, "90##", "nl_BE"),
    Site(BE, "Brussel", 50.8503, 4.3517, "10##", "nl_BE"),
    Site(BE, "Liège", 50.6326, 5.5797, "40##", "fr_FR"),
    Site(BE, "Namur", 50.4674, 4.8720, "50##", "fr_FR"),
    Site(BG, "София", 42.6977, 23.3219, "1###", "bg_BG"),
    Site(BG, "Пловдив", 42.1354, 24.7453, "40##", "bg_BG"),
    Site(CH, "Zürich", 47.3769, 8.5417, "80##", "de_CH", "ZH"),
    Site(CH, "Bern", 46.9480, 7.4474, "30##", "de_CH", "BE"),
    Site(CH, "Luzern", 47.0502, 8.3093, "60##", "de_CH", "LU"),
    Site(CH, "Lausanne", 46.5197, 6.6323, "10##", "fr_CH", "VD"),
    Site(CY, "Λεμεσός", 34.7071, 33.0226, "30##", "el_GR"),
    Site(CZ, "Praha", 50.0755, 14.4378, "1#0 00", "cs_CZ"),
    Site(CZ, "Brno", 49.1951, 16.6068, "60# 00", "cs_CZ"),
    Site(CZ, "Ostrava", 49.8209, 18.2625, "70# ##", "cs_CZ"),
    Site(CZ, "Plzeň", 49.7384, 13.3736, "30# 00", "cs_CZ"),
    Site(DE, "Berlin", 52.5200, 13.4050, "10###", "de_DE", "Berlin"),
    Site(DE, "Hamburg", 53.5511, 9.9937, "20###", "de_DE", "Hamburg"),
    Site(DE, "München", 48.1351, 11.5820, "80###", "de_DE", "Bayern"),
    Site(DE, "Köln", 50.9375, 6.9603, "50###", "de_DE", "Nordrhein-Westfalen"),
    Site(DE, "Frankfurt am Main", 50.1109, 8.6821, "60###", "de_DE", "Hessen"),
    Site(DE, "Stuttgart", 48.7758, 9.1829, "70###", "de_DE", "Baden-Württemberg"),
    Site(DE, "Leipzig", 51.3397, 12.3731, "04###", "de_DE", "Sachsen"),
    Site(DE, "Hannover", 52.3759, 9.7320, "30###", "de_DE", "Niedersachsen"),
    Site(DK, "København", 55.6761, 12.5683, "1###", "da_DK"),
    Site(DK, "Aarhus", 56.1629, 10.2039, "80##", "da_DK"),
    Site(DK, "Odense", 55.4038, 10.4024, "50##", "da_DK"),
    Site(DK, "Aalborg", 57.0488, 9.9217, "90##", "da_DK"),
    Site(EE, "Tallinn", 59.4370, 24.7536, "10###", "et_EE"),
    Site(EE, "Tartu", 58.3780, 26.7290, "50###", "et_EE"),
    Site(ES, "Madrid", 40.4168, -3.7038, "280##", "es_ES", "Madrid"),
    Site(ES, "Barcelona", 41.3874, 2.1686, "080##", "es_ES", "Barcelona"),
    Site(ES, "Valencia", 39.4699, -0.3763, "460##", "es_ES", "Valencia"),
    Site(ES, "Sevilla", 37.3891, -5.9845, "410##", "es_ES", "Sevilla"),
    Site(ES, "Bilbao", 43.2630, -2.9350, "480##", "es_ES", "Bizkaia"),
    Site(FI, "Helsinki", 60.1699, 24.9384, "00##0", "fi_FI"),
    Site(FI, "Tampere", 61.4978, 23.7610, "33##0", "fi_FI"),
    Site(FI, "Turku", 60.4518, 22.2666, "20##0", "fi_FI"),
    Site(FI, "Oulu", 65.0121, 25.4651, "90##0", "fi_FI"),
    Site(FR, "Paris", 48.8566, 2.3522, "7501#", "fr_FR"),
    Site(FR, "Lyon", 45.7640, 4.8357, "6900#", "fr_FR"),
    Site(FR, "Marseille", 43.2965, 5.3698, "1300#", "fr_FR"),
    Site(FR, "Toulouse", 43.6047, 1.4442, "31#00", "fr_FR"),
    Site(FR, "Nantes", 47.2184, -1.5536, "44#00", "fr_FR"),
    Site(FR, "Lille", 50.6292, 3.0573, "59#00", "fr_FR"),
    Site(GB, "London", 51.5072, -0.1276, "SE1 #@@", "en_GB"),
    Site(GB, "Manchester", 53.4808, -2.2426, "M1 #@@", "en_GB"),
    Site(GB, "Birmingham", 52.4862, -1.8904, "B1 #@@", "en_GB"),
    Site(GB, "Edinburgh", 55.9533, -3.1883, "EH1 #@@", "en_GB"),
    Site(GB, "Bristol", 51.4545, -2.5879, "BS1 #@@", "en_GB"),
    Site(GB, "Leeds", 53.8008, -1.5491, "LS1 #@@", "en_GB"),
    Site(GR, "Αθήνα", 37.9838, 23.7275, "105 ##", "el_GR"),
    Site(GR, "Θεσσαλονίκη", 40.6401, 22.9444, "546 ##", "el_GR"),
    Site(HR, "Zagreb", 45.8150, 15.9819, "100#0", "hr_HR"),
    Site(HR, "Split", 43.5081, 16.4402, "21000", "hr_HR"),
    Site(HU, "Budapest", 47.4979, 19.0402, "10##", "hu_HU"),
    Site(HU, "Debrecen", 47.5316, 21.6273, "40##", "hu_HU"),
    Site(HU, "Szeged", 46.2530, 20.1414, "67##", "hu_HU"),
    Site(IE, "Dublin", 53.3498, -6.2603, "D02 @#@#", "en_IE"),
    Site(IE, "Cork", 51.8985, -8.4756, "T12 @#@#", "en_IE"),
    Site(IE, "Galway", 53.2707, -9.0568, "H91 @#@#", "en_IE"),
    Site(IS, "Reykjavík", 64.1466, -21.9426, "10#", "is_IS"),
    Site(IT, "Roma", 41.9028, 12.4964, "001##", "it_IT", "RM"),
    Site(IT, "Milano", 45.4642, 9.1900, "201##", "it_IT", "MI"),
    Site(IT, "Torino", 45.0703, 7.6869, "101##", "it_IT", "TO"),
    Site(IT, "Napoli", 40.8518, 14.2681, "801##", "it_IT", "NA"),
    Site(IT, "Bologna", 44.4949, 11.3426, "401##", "it_IT", "BO"),
    Site(IT, "Firenze", 43.7696, 11.2558, "501##", "it_IT", "FI"),
    Site(LT, "Vilnius", 54.6872, 25.2797, "LT-0####", "lt_LT"),
    Site(LT, "Kaunas", 54.8985, 23.9036, "LT-4####", "lt_LT"),
    Site(LU, "Luxembourg", 49.6116, 6.1319, "L-1###", "fr_FR"),
    Site(LV, "Rīga", 56.9496, 24.1052, "LV-10##", "lv_LV"),
    Site(MT, "Birkirkara", 35.8972, 14.4611, "BKR 1###", "en_GB"),
    Site(NL, "Amsterdam", 52.3676, 4.9041, "10## @@", "nl_NL"),
    Site(NL, "Rotterdam", 51.9244, 4.4777, "30## @@", "nl_NL"),
    Site(NL, "Den Haag", 52.0705, 4.3007, "25## @@", "nl_NL"),
    Site(NL, "Utrecht", 52.0907, 5.1214, "35## @@", "nl_NL"),
    Site(NL, "Eindhoven", 51.4416, 5.4697, "56## @@", "nl_NL"),
    Site(NL, "Groningen", 53.2194, 6.5665, "97## @@", "nl_NL"),
    Site(NL, "Arnhem", 51.9851, 5.8987, "68## @@", "nl_NL"),
    Site(NO, "Oslo", 59.9139, 10.7522, "05##", "no_NO"),
    Site(NO, "Bergen", 60.3913, 5.3221, "50##", "no_NO"),
    Site(NO, "Trondheim", 63.4305, 10.3951, "70##", "no_NO"),
    Site(NO, "Stavanger", 58.9700, 5.7331, "40##", "no_NO"),
    Site(NO, "Tromsø", 69.6492, 18.9553, "90##", "no_NO"),
    Site(PL, "Warszawa", 52.2297, 21.0122, "00-###", "pl_PL"),
    Site(PL, "Kraków", 50.0647, 19.9450, "30-###", "pl_PL"),
    Site(PL, "Gdańsk", 54.3520, 18.6466, "80-###", "pl_PL"),
    Site(PL, "Wrocław", 51.1079, 17.0385, "50-###", "pl_PL"),
    Site(PL, "Poznań", 52.4064, 16.9252, "60-###", "pl_PL"),
    Site(PT, "Lisboa", 38.7223, -9.1393, "1###-###", "pt_PT"),
    Site(PT, "Porto", 41.1579, -8.6291, "4###-###", "pt_PT"),
    Site(PT, "Coimbra", 40.2033, -8.4103, "30##-###", "pt_PT"),
    Site(RO, "București", 44.4268, 26.1025, "01####", "ro_RO"),
    Site(RO, "Cluj-Napoca", 46.7712, 23.6236, "400###", "ro_RO"),
    Site(RO, "Timișoara", 45.7489, 21.2087, "300###", "ro_RO"),
    Site(SE, "Stockholm", 59.3293, 18.0686, "11# ##", "sv_SE"),
    Site(SE, "Göteborg", 57.7089, 11.9746, "41# ##", "sv_SE"),
    Site(SE, "Malmö", 55.6050, 13.0038, "21# ##", "sv_SE"),
    Site(SE, "Uppsala", 59.8586, 17.6389, "75# ##", "sv_SE"),
    Site(SI, "Ljubljana", 46.0569, 14.5058, "1000", "sl_SI"),
    Site(SI, "Maribor", 46.5547, 15.6459, "2000", "sl_SI"),
    Site(SK, "Bratislava", 48.1486, 17.1077, "81# ##", "sk_SK"),
    Site(SK, "Košice", 48.7164, 21.2611, "04# ##", "sk_SK"),
    Site(SK, "Žilina", 49.2231, 18.7394, "01# ##", "sk_SK"),
)


@cache
def sites_of(country_code: str) -> tuple[Site, ...]:
    """The cities of a country (alpha-2, any case); of all countries if none of it is listed."""
    return tuple(site for site in SITES if site.country.alpha_2 == country_code.upper()) or SITES
