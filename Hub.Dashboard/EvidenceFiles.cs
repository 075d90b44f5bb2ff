using System.Buffers;
using System.Security.Cryptography;

namespace Hub.Dashboard;

/// <summary>Photos and documents brought as evidence, kept in the data folder under their SHA-256: the same picture is kept once and cannot be changed unseen.</summary>
internal sealed class EvidenceFiles(DashboardOptions options)
{
    private static readonly (byte[] Head, int At, string Type)[] known =
    [
        ([0xFF, 0xD8, 0xFF], 0, "image/jpeg"),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], 0, "image/png"),
        ("WEBP"u8.ToArray(), 8, "image/webp"),
        ("%PDF-"u8.ToArray(), 0, "application/pdf"),
    ];

    private readonly string folder = options.DataDir.Length == 0 ? "" : Path.Combine(options.DataDir, "evidence");

    /// <summary>Names of the types that are taken.</summary>
    public static string Allowed => string.Join(", ", known.Select(k => k.Type));

    public bool IsOn => folder.Length > 0;

    /// <summary>Keeps a file.</summary>
    /// <returns>Its hash in lower-case hex, and whether it is new; null when its bytes are of no type that is taken.</returns>
    /// <exception cref="InvalidDataException">It is larger than allowed.</exception>
    public async Task<(string Hash, bool IsNew)?> KeepAsync(Stream content, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var incoming = Path.Combine(folder, $"incoming-{Guid.NewGuid():N}");
        try
        {
            string hash;
            await using (var file = new FileStream(incoming, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                hash = await CopyAsync(content, file, stop);
                if (TypeOf(file) is null) return null;
                file.Flush(flushToDisk: true); // the case will say that it is there
            }

            var target = PathOf(hash);
            if (File.Exists(target)) return (hash, false);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(incoming, target);
            return (hash, true);
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    /// <summary>Opens a kept file with its type; null when there is none of that hash.</summary>
    public (FileStream Content, string Type)? Open(string hash)
    {
        if (!IsOn || !IsHash(hash) || !File.Exists(PathOf(hash))) return null;
        var file = new FileStream(PathOf(hash), FileMode.Open, FileAccess.Read, FileShare.Read);
        var type = TypeOf(file) ?? "application/octet-stream";
        file.Position = 0;
        return (file, type);
    }

    public bool Has(string hash) => IsOn && IsHash(hash) && File.Exists(PathOf(hash));

    public void Remove(string hash) => File.Delete(PathOf(hash));

    private static bool IsHash(string text) => text.Length == 64 && !text.AsSpan().ContainsAnyExcept(SearchValues.Create("0123456789abcdef"));

    private string PathOf(string hash) => Path.Combine(folder, hash[..2], hash);

    private async Task<string> CopyAsync(Stream content, FileStream file, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            long total = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, stop)) > 0)
            {
                total += read;
                if (total > options.EvidenceBytes) throw new InvalidDataException($"larger than {options.EvidenceBytes} bytes");
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), stop);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // By the bytes and not by what the sender says: a page dressed up as a picture must not be served as either.
    private static string? TypeOf(FileStream file)
    {
        Span<byte> head = stackalloc byte[16];
        file.Position = 0;
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        foreach (var (bytes, at, type) in known)
            if (head.Length >= at + bytes.Length && head.Slice(at, bytes.Length).SequenceEqual(bytes)) return type;
        return null;
    }
}
