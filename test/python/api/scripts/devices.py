"""The modules of devices: what ordinary firmware does with them, none of which stops a script."""

import array
import sys


def attempt(name, function):
    try:
        print(name, function())
    except Exception as error:
        print(name, type(error).__name__, error)


def micropython_modules():
    import esp
    import esp32
    import gc
    import machine
    import micropython
    import network
    import ntptime
    import uasyncio
    import ubinascii
    import ucollections
    import uhashlib
    import uio
    import ujson
    import uos
    import urandom
    import ure
    import uselect
    import usocket
    import ussl
    import ustruct
    import usys
    import utime

    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect("ssid", "password")
    led = machine.Pin(2, machine.Pin.OUT)
    led.value(1)
    adc = machine.ADC(machine.Pin(34))
    pwm = machine.PWM(machine.Pin(5), freq=1000, duty=512)
    i2c = machine.I2C(0, scl=machine.Pin(22), sda=machine.Pin(21), freq=400000)
    ntptime.settime()
    gc.collect()
    esp.osdebug(None)
    timer = machine.Timer(0)
    ticks = []
    timer.init(period=10, mode=machine.Timer.PERIODIC, callback=lambda _timer: ticks.append(1))
    begun = utime.ticks_ms()
    while len(ticks) < 3 and utime.ticks_diff(utime.ticks_ms(), begun) < 5000:
        utime.sleep_ms(5)
    timer.deinit()

    async def wait():
        await uasyncio.sleep_ms(5)
        return "awaited"

    return (
        wlan.isconnected(), wlan.ifconfig()[0].count("."), led.value(), isinstance(adc.read(), int), i2c.scan(), len(ticks) >= 3,
        ubinascii.hexlify(machine.unique_id()), ujson.dumps({"a": 1}), ustruct.pack("<H", 258), ure.match("a(.)", "ab").group(1),
        uhashlib.sha256(b"").digest()[:2], uos.listdir() != [], urandom.getrandbits(4) < 16, usys.implementation.name,
        uasyncio.run(wait()), micropython.const(7), isinstance(esp32.raw_temperature(), int), ucollections.OrderedDict(a=1),
        uio.BytesIO(b"x").read(), hasattr(usocket, "socket"), hasattr(ussl, "wrap_socket"), hasattr(uselect, "poll"), pwm.freq(),
    )  # fmt: skip


def quectel_modules():
    import checkNet
    import dataCall
    import log
    import misc
    import modem
    import net
    import osTimer
    import sim
    import utime

    log.basicConfig(level=log.INFO)
    log.getLogger("device").info("quiet")
    fired = []
    timer = osTimer.osTimer()
    timer.start(10, 0, lambda _argument: fired.append(1))
    utime.sleep_ms(200)
    return (
        checkNet.CheckNetwork("name", "1.0").wait_network_connected(5), dataCall.setCallback(print), dataCall.getInfo(1, 0)[2][0],
        net.getState()[1][0], len(modem.getDevImei()), len(sim.getImsi()), fired, misc.Power.powerDownReason(),
    )  # fmt: skip


def m5_modules():
    import M5
    from hardware import I2C, Pin, UART
    from M5 import Lcd, Widgets

    M5.begin()
    M5.update()
    Lcd.print("text", 10, 10)
    label = Widgets.Label("label", 1, 2, 1.0, 0xFFFFFF, 0, Widgets.FONTS.DejaVu18)
    label.setText("shown")
    return M5.BtnA.isPressed(), callable(I2C), callable(Pin), callable(UART)


def makeblock_modules():
    import codey
    import cyberpi
    import halo
    import mbot2
    import rocky

    codey.wifi.start("ssid", "password")
    codey.led.show(1, 2, 3)
    codey.display.show("text")
    cyberpi.console.println("text")
    cyberpi.led.on(1, 2, 3)
    halo.led.show_all(1, 2, 3)
    rocky.forward(50, 0.01)
    mbot2.forward(50, 0.01)
    return codey.wifi.is_connected(), halo.led is not None


for family in (micropython_modules, quectel_modules, m5_modules, makeblock_modules):
    attempt(family.__name__, family)
attempt("array", lambda: array.array("B", b"ab").tolist())
attempt("cannot be", lambda: __import__("bluetooth"))
sys.exit()
