"""Ordinary firmware: its time, its sensors, its screens, its buttons, and its requests, as programs for ESP32, RP2 and QuecPython use them."""

import asyncio
import json
import os
import sys
import threading
import time

import dht
import ds18x20
import framebuf
import neopixel
import network
import onewire
import requests
import rp2
import ssd1306
import urequests
import utime
import webrepl
from http.server import BaseHTTPRequestHandler, HTTPServer
from machine import ADC, DAC, DEEPSLEEP, I2C, I2S, PWM, RTC, SPI, UART, WDT, ExtInt, Pin, SoftSPI, Timer, TouchPad
from machine import mem32, time_pulse_us, wake_reason

# Time: whole seconds and eight fields, for a device's script alone.
year, month, mday, hour, minute, second, weekday, yearday = time.localtime()
print(type(time.time()).__name__, type(utime.time()).__name__, len(time.gmtime(0)), len(utime.localtime()), year > 2000)
print(time.mktime((2024, 1, 2, 3, 4, 5, 0, 0)), time.strftime("%Y-%m-%d %H:%M", time.gmtime(0)), time.gmtime(0).tm_year)
print(threading.Event().wait(0.01), type(json.loads(json.dumps({"ts": time.time()}))["ts"]).__name__)

# Pins: a button nobody presses, and lights.
button = Pin(0, Pin.IN, Pin.PULL_UP)
print(button.value(), Pin(4, Pin.IN, Pin.PULL_DOWN)(), button, Pin("LED", Pin.OUT, value=1).value(), Pin(1, Pin.OUT, Pin.PULL_DISABLE, 0).read())
lights = neopixel.NeoPixel(Pin(5), 2)
lights[0] = (255, 0, 0)
lights.write()
print(len(lights), lights[0], lights[1])

# What is measured.
sensor = dht.DHT22(Pin(4))
sensor.measure()
wire = ds18x20.DS18X20(onewire.OneWire(Pin(12)))
wire.convert_temp()
temperatures = [wire.read_temp(rom) for rom in wire.scan()]
internal = 27 - (ADC(ADC.CORE_TEMP).read_u16() * 3.3 / 65535 - 0.706) / 0.001721
print(sensor.temperature(), sensor.humidity(), temperatures, round(internal), ADC(Pin(34), atten=ADC.ATTN_11DB).read_u16())
print(time_pulse_us(Pin(1), 1, 30000), TouchPad(Pin(2)).read(), mem32[0x3FF00000], wake_reason(), DEEPSLEEP)

# Buses with nothing on them, and a screen.
screen = ssd1306.SSD1306_I2C(128, 64, I2C(0, scl=Pin(22), sda=Pin(21), freq=400_000))
screen.fill(0)
screen.text("temp 21.5", 0, 0)
screen.show()
buffer = bytearray(2)
SPI(1, baudrate=1_000_000).write_readinto(b"ab", buffer)
print(isinstance(screen, framebuf.FrameBuffer), buffer, SoftSPI().read(2), UART(1, 9600, tx=17, rx=16).write("out"), I2S(0).write(b"abc"))
print(PWM(Pin(3), freq=50, duty_u16=4000).duty_u16(), DAC(Pin(25)).write(128), WDT(timeout=2000).feed())

# Clocks and timers.
RTC().memory(b"kept")
print(RTC().memory(), len(RTC().datetime()), RTC().datetime((2024, 1, 1, 0, 0, 0, 0, 0)))
fired = []
timer = Timer(Timer.Timer1)
timer.start(period=10, mode=timer.ONE_SHOT, callback=fired.append)
ExtInt(ExtInt.GPIO1, ExtInt.IRQ_FALLING, ExtInt.PULL_PU, print).enable()

# asyncio as MicroPython has it.
flag = asyncio.ThreadSafeFlag()


async def blink():
    await asyncio.sleep_ms(30)
    flag.set()


async def main():
    asyncio.create_task(blink())
    await asyncio.wait_for_ms(flag.wait(), 5000)
    try:
        await asyncio.wait_for_ms(asyncio.Event().wait(), 10)
    except asyncio.TimeoutError:
        return "too late"


print(asyncio.get_event_loop().run_until_complete(main()), fired == [timer], timer)

# The network, and files.
wlan = network.WLAN(network.STA_IF)
print(wlan.status() == network.STAT_GOT_IP, wlan.ipconfig("addr4")[0], wlan.isconnected())
with open("kept.txt", "w") as file:
    file.write("kept")
print([entry[1:] for entry in os.ilistdir() if entry[0] == "kept.txt"][0][0::2])
webrepl.start()


@rp2.asm_pio(set_init=rp2.PIO.OUT_LOW)
def program():
    wrap_target()  # noqa: F821


rp2.StateMachine(0, program, freq=2000).active(1)


# Requests, to a server of the script's own.
class Weather(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/old":
            self.send_response(302)
            self.send_header("Location", "/now?unit=c")
            self.end_headers()
            return
        body = json.dumps({"path": self.path, "agent": self.headers.get("X-Agent")}).encode()
        self.send_response(200 if self.path.startswith("/now") else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()
        self.wfile.write(self.headers["Content-Type"].encode() + b" " + data)

    def log_message(self, *_arguments): ...


server = HTTPServer(("127.0.0.1", 0), Weather)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
answer = urequests.get(url + "/old", headers={"X-Agent": "firmware"})
print(answer.status_code, answer.json())
answer.close()
print(urequests.post(url + "/in", json={"a": 1}).text, urequests.get(url + "/missing").status_code)
with requests.Session() as session:
    session.headers["X-Agent"] = "session"
    print(session.get(url + "/now", params={"unit": "f"}).json(), session.post(url + "/in", data={"a": "ü"}).status_code)
server.shutdown()
sys.exit()
