namespace Hub.Adapters.Embedded;

/// <summary>A chunk that takes no more points; immutable.</summary>
/// <param name="Id">Its row; grows in the order of sealing within a series.</param>
/// <param name="Count">Points in it.</param>
/// <param name="Stats">What they amount to.</param>
/// <param name="Data">Its bytes; see <see cref="ChunkFormat"/>.</param>
internal sealed record SealedChunk(long Id, int Count, ChunkStats Stats, byte[] Data);
