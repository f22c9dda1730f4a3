"""QuecPython's modem."""


def getDevImei():
    return "860000000000001"


def getDevModel():
    return "console"


def getDevSN():
    return "D1X00000000001"


def getDevFwVersion():
    return "console"
