using System.Buffers;
using System.Collections.Concurrent;

namespace Hub.Bench.Road;

/// <summary>Blocks of 4 KiB that are kept for ever, as the server's own pool does: what is measured is the hub, not the pool.</summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    private const int BlockBytes = 4096;
    private readonly ConcurrentQueue<Block> free = new();

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => free.TryDequeue(out var block) ? block : new Block(this);

    protected override void Dispose(bool disposing) => free.Clear();

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public Memory<byte> Memory => bytes;

        public void Dispose() => pool.free.Enqueue(this);
    }
}
