"""A network that is always there: the console's own."""

STA_IF, AP_IF = 0, 1
AUTH_OPEN, AUTH_WEP, AUTH_WPA_PSK, AUTH_WPA2_PSK, AUTH_WPA_WPA2_PSK = 0, 1, 2, 3, 4
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP, STAT_WRONG_PASSWORD, STAT_NO_AP_FOUND = 1000, 1001, 1010, 202, 201
STAT_CONNECT_FAIL, STAT_ASSOC_FAIL, STAT_BEACON_TIMEOUT, STAT_HANDSHAKE_TIMEOUT = 203, 203, 200, 204
AUTH_WPA3_PSK, AUTH_WPA2_WPA3_PSK, AUTH_WPA2_ENTERPRISE = 6, 7, 5
PHY_LAN8710, PHY_LAN8720, PHY_IP101, PHY_RTL8201, PHY_DP83848, PHY_KSZ8041 = 0, 0, 1, 2, 3, 4
MODE_11B, MODE_11G, MODE_11N = 1, 2, 4
_ADDRESSES = ("192.168.4.2", "255.255.255.0", "192.168.4.1", "192.168.4.1")


class _Network:
    def __init__(self, ssid):
        self.ssid = ssid
        self.sec = AUTH_WPA2_PSK
        self.bssid = b"\xaa\xbb\xcc\xdd\xee\xff"
        self.channel = 6
        self.rssi = -50

    def __iter__(self):
        return iter((self.ssid.encode(), self.bssid, self.channel, self.rssi, self.sec, False))

    def __getitem__(self, index):
        return tuple(self)[index]


class WLAN:
    """Connects at once to whatever it is told to."""

    IF_STA, IF_AP, STA, AP, STA_AP = 0, 1, 0, 1, 2
    WEP, WPA, WPA2 = 1, 2, 3
    PM_NONE, PM_PERFORMANCE, PM_POWERSAVE = 0, 1, 2

    def __init__(self, interface=STA_IF, mode=None, **_more):
        self._active = False
        self._ssid = "console"

    def active(self, *on):
        if not on:
            return self._active
        self._active = bool(on[0])
        return self._active

    def connect(self, ssid=None, key=None, *_arguments, **_more):
        if ssid is not None:
            self._ssid = ssid.decode() if isinstance(ssid, bytes) else ssid
        self._active = True

    def disconnect(self):
        return None

    def isconnected(self):
        return True

    def status(self, *what):
        return -50 if what == ("rssi",) else STAT_GOT_IP

    def ifconfig(self, *addresses, **_more):
        return None if addresses else _ADDRESSES

    def ipconfig(self, *names, **_settings):
        known = {"addr4": _ADDRESSES[:2], "gw4": _ADDRESSES[2], "dhcp4": True, "has_dhcp4": True, "addr6": [], "dns": _ADDRESSES[3]}
        return known.get(names[0]) if names else None

    def scan(self, *_arguments, **_more):
        return [_Network(self._ssid)]

    def config(self, *names, **values):
        if not names:
            return None
        known = {"mac": b"\x24\x0a\xc4\x00\x01\x02", "ssid": self._ssid, "essid": self._ssid, "channel": 6}
        return known.get(names[0], 0)

    def mode(self, *_mode):
        return STA_IF

    def init(self, *_arguments, **_more):
        return None


class WINC(WLAN):
    """OpenMV's shield."""

    MODE_STA = 0


class LAN(WLAN):
    pass


class PPP(WLAN):
    pass


def ipconfig(*_names, **_settings):
    return None


def hostname(*_name):
    return "console"


def country(*_code):
    return "XX"


def phy_mode(*_mode):
    return MODE_11N
