namespace Hub.Mqtt.Packets;

/// <summary>DISCONNECT (both standards, section 3.14).</summary>
internal readonly record struct DisconnectPacket(ReasonCode Reason, uint? SessionExpiry)
{
    /// <summary>Reads what a client sends.</summary>
    public static DisconnectPacket Read(ReadOnlySpan<byte> body, bool v5)
    {
        var reader = new PacketReader(body);
        if (!v5) reader.End();
        if (reader.AtEnd) return new DisconnectPacket(ReasonCode.Success, null);

        var reason = (ReasonCode)reader.Byte();
        if (!ClientMaySend(reason)) MqttProtocolException.Breach($"DISCONNECT with reason 0x{(byte)reason:X2}");
        uint? expiry = null;
        if (!reader.AtEnd)
        {
            var properties = new PropertyReader(reader.Take(reader.VariableInt()), PropertyHost.Disconnect);
            while (properties.Next())
            {
                if (properties.Id == PropertyId.SessionExpiry) expiry = properties.Number;
                if (properties.Id == PropertyId.ServerReference) MqttProtocolException.Breach("server reference from a client");
            }
        }

        reader.End();
        return new DisconnectPacket(reason, expiry);
    }

    /// <summary>Reads what a server sends: any reason is taken.</summary>
    public static ReasonCode ReadReason(ReadOnlySpan<byte> body) => body.IsEmpty ? ReasonCode.Success : (ReasonCode)body[0];

    private static bool ClientMaySend(ReasonCode reason) => reason is ReasonCode.Success or ReasonCode.DisconnectWithWill
        or ReasonCode.UnspecifiedError or ReasonCode.MalformedPacket or ReasonCode.ProtocolError or ReasonCode.ImplementationSpecificError
        or ReasonCode.TopicNameInvalid or ReasonCode.ReceiveMaximumExceeded or ReasonCode.TopicAliasInvalid or ReasonCode.PacketTooLarge
        or ReasonCode.MessageRateTooHigh or ReasonCode.QuotaExceeded or ReasonCode.AdministrativeAction or ReasonCode.PayloadFormatInvalid;
}
