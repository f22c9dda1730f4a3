"""The numbers of the packet types, MQTT 5.0 table 2-1, by which properties and reason codes say where they belong."""


class PacketTypes:
    indexes = range(1, 16)

    (
        CONNECT,
        CONNACK,
        PUBLISH,
        PUBACK,
        PUBREC,
        PUBREL,
        PUBCOMP,
        SUBSCRIBE,
        SUBACK,
        UNSUBSCRIBE,
        UNSUBACK,
        PINGREQ,
        PINGRESP,
        DISCONNECT,
        AUTH,
    ) = indexes

    #: No packet: the will inside a CONNECT, which has properties of its own.
    WILLMESSAGE = 99

    Names = ["reserved"] + (
        "Connect Connack Publish Puback Pubrec Pubrel Pubcomp Subscribe Suback Unsubscribe Unsuback "
        "Pingreq Pingresp Disconnect Auth"
    ).split()
