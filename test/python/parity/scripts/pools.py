"""A pool of threads that publish, which nobody shuts down: the script ends all the same."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait

import paho.mqtt.client as mqtt

broker = int(sys.argv[1])
client = mqtt.Client("pools")
client.connect("127.0.0.1", broker)
client.loop_start()
pool = ThreadPoolExecutor(3)


def work(number):
    time.sleep(0.05 * number)
    if number == 3:
        raise ValueError("three")
    client.publish("pools", str(number), 1).wait_for_publish(10)
    return number * 2


futures = [pool.submit(work, number) for number in range(5)]
print(len(wait(futures, 30).done))
for future in futures:
    print(future.exception() or future.result())
with ThreadPoolExecutor(2) as second:
    print(list(second.map(len, ["a", "bb"])))
client.loop_stop()
client.disconnect()
pool.submit(time.sleep, 0.2)
print("end")
