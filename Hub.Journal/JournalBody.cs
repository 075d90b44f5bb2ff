using System.Buffers;

namespace Hub.Journal;

/// <summary>The parts of one record, gathered into the journal's batch without a copy in between.</summary>
public readonly ref struct JournalBody
{
    /// <summary>A body of up to three spans and a sequence, in this order; leave out what is not needed.</summary>
    public JournalBody(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default, ReadOnlySequence<byte> rest = default)
    {
        First = first;
        Second = second;
        Third = third;
        Rest = rest;
        Length = first.Length + second.Length + third.Length + rest.Length;
    }

    internal ReadOnlySpan<byte> First { get; }
    internal ReadOnlySpan<byte> Second { get; }
    internal ReadOnlySpan<byte> Third { get; }
    internal ReadOnlySequence<byte> Rest { get; }

    /// <summary>Bytes of all parts together.</summary>
    public long Length { get; }

    internal void CopyTo(Span<byte> target)
    {
        First.CopyTo(target);
        target = target[First.Length..];
        Second.CopyTo(target);
        target = target[Second.Length..];
        Third.CopyTo(target);
        Rest.CopyTo(target[Third.Length..]);
    }
}
