using System.Buffers;
using System.IO.Pipelines;

namespace Hub.Tests.Mqtt;

/// <summary>A client made of bytes: sends what it is told, well-formed or not, and reads packet by packet.</summary>
internal sealed class RawPeer(PipeReader input, PipeWriter output)
{
    /// <summary>Long enough for a busy machine; reached only when a test fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public int Version { get; set; } = 5;

    public bool Aborted { get; set; }

    /// <summary>Whether something has come that was not read yet.</summary>
    public bool HasSome
    {
        get
        {
            if (!input.TryRead(out var result)) return false;
            input.AdvanceTo(result.Buffer.Start);
            return !result.Buffer.IsEmpty;
        }
    }

    public async Task SendAsync(params byte[][] packets)
    {
        foreach (var packet in packets) output.Write(packet);
        await output.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Half-closes the connection.</summary>
    public Task HangUpAsync() => output.CompleteAsync().AsTask();

    /// <summary>The next packet; empty when the other side has closed.</summary>
    public async Task<byte[]> ReadAsync()
    {
        while (true)
        {
            var result = await input.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
            var buffer = result.Buffer;
            if (TryCut(ref buffer, out var packet))
            {
                input.AdvanceTo(buffer.Start);
                return packet;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return [];
        }
    }

    public async Task ExpectAsync(params byte[][] packets)
    {
        foreach (var packet in packets) Assert.Equal(Convert.ToHexString(packet), Convert.ToHexString(await ReadAsync()));
    }

    /// <summary>Expects the end of the connection, after a DISCONNECT with this reason when one is given.</summary>
    public async Task ExpectClosedAsync(byte? reason = null)
    {
        if (reason is { } code && Version == 5) await ExpectAsync([0xE0, 1, code]);
        Assert.Empty(await ReadAsync());
    }

    /// <summary>Shows that the connection is alive and that nothing else was sent.</summary>
    public async Task ExpectAliveAsync()
    {
        await SendAsync(Packet.Ping);
        await ExpectAsync(Packet.Pong);
    }

    public async Task SubscribeAsync(string filter, byte options = 0, ushort id = 100, byte[]? properties = null, byte? granted = null)
    {
        await SendAsync(Packet.Subscribe(Version, id, properties, (filter, options)));
        await ExpectAsync(Packet.SubAck(Version, id, granted ?? (byte)(options & 3)));
    }

    private static bool TryCut(ref ReadOnlySequence<byte> buffer, out byte[] packet)
    {
        packet = [];
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out _)) return false;
        int length = 0, shift = 0;
        byte digit;
        do
        {
            if (!reader.TryRead(out digit)) return false;
            length |= (digit & 0x7F) << shift;
            shift += 7;
        }
        while ((digit & 0x80) != 0);
        if (reader.Remaining < length) return false;
        reader.Advance(length);
        packet = buffer.Slice(0, reader.Position).ToArray();
        buffer = buffer.Slice(reader.Position);
        return true;
    }
}
