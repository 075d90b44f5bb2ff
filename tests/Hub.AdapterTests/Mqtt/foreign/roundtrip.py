"""Eclipse Paho (Python) against the endpoint: roundtrip.py PORT VERSION. Prints OK."""
import queue
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

port, version = int(sys.argv[1]), int(sys.argv[2])
five = version == 5
received = queue.Queue()
ready = queue.Queue()


def client(name):
    made = mqtt.Client(client_id=name, protocol=mqtt.MQTTv5 if five else mqtt.MQTTv311, **({} if five else {"clean_session": True}))
    made.on_connect = lambda *args: ready.put("connected")
    made.on_subscribe = lambda *args: ready.put("subscribed")
    made.on_message = lambda _c, _u, message: received.put(message)
    return made


subscriber = client("py-sub-%d" % version)
subscriber.connect("127.0.0.1", port)
subscriber.loop_start()
assert ready.get(timeout=10) == "connected"
subscriber.subscribe([("py/#", 2)] if not five else [("py/#", mqtt.SubscribeOptions(qos=2))])
assert ready.get(timeout=10) == "subscribed"

publisher = client("py-pub-%d" % version)
publisher.will_set("py/will", "gone", qos=1)
publisher.connect("127.0.0.1", port)
publisher.loop_start()
assert ready.get(timeout=10) == "connected"
properties = None
if five:
    properties = Properties(PacketTypes.PUBLISH)
    properties.UserProperty = [("a", "1"), ("a", "2")]
    properties.CorrelationData = b"\x00\xff"
for qos in (0, 1, 2):
    publisher.publish("py/%d" % qos, "body %d" % qos, qos=qos, properties=properties).wait_for_publish()
for qos in (0, 1, 2):
    message = received.get(timeout=10)
    assert (message.topic, message.payload, message.qos) == ("py/%d" % qos, b"body %d" % qos, qos), message
    if five:
        assert message.properties.UserProperty == [("a", "1"), ("a", "2")]
        assert message.properties.CorrelationData == b"\x00\xff"

publisher._sock_close()
assert received.get(timeout=10).payload == b"gone"
subscriber.disconnect()
print("OK")
