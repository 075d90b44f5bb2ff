using Hub.Mqtt.Server;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Hub.Mqtt.Tls;

/// <summary>
/// Something made of PEM files that is made again when they change, so that a renewed certificate needs no restart.
/// What cannot be used leaves the earlier one in force and is told in one line.
/// </summary>
/// <remarks>
/// The files are read every few seconds and compared by content: a watcher of the file system misses what is replaced through
/// a symbolic link, which is how certificates are renewed in containers and by most renewal programs.
/// </remarks>
public sealed class PemFiles<T> : IDisposable
    where T : class
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly string[] paths;
    private readonly Func<T> make;
    private readonly string key;
    private readonly ILogger log;
    private readonly ITimer timer;
    private readonly Lock looking = new();
    private byte[] seen;
    private T current;

    /// <param name="key">The setting that names the files, for the log.</param>
    /// <param name="paths">All files that are read.</param>
    /// <param name="make">Reads them. Its faults pass through here, and are told in the log later.</param>
    /// <param name="clock">How often to look.</param>
    /// <param name="log">Where a change is told.</param>
    public PemFiles(string key, IEnumerable<string> paths, Func<T> make, TimeProvider clock, ILogger log)
    {
        this.key = key;
        this.paths = [.. paths];
        this.make = make;
        this.log = log;
        seen = Content();
        current = make();
        timer = clock.CreateTimer(static self => ((PemFiles<T>)self!).Look(), this, Every, Every);
    }

    /// <summary>What is in force.</summary>
    public T Current => Volatile.Read(ref current);

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Look()
    {
        if (!looking.TryEnter()) return;
        try
        {
            var content = Content();
            if (content.AsSpan().SequenceEqual(seen)) return;
            seen = content;
            Volatile.Write(ref current, make());
            log.CertificateRenewed(key, string.Join(", ", paths));
        }
        catch (Exception fault)
        {
            log.CertificateKept(key, string.Join(", ", paths), fault.Message);
        }
        finally
        {
            looking.Exit();
        }
    }

    // A file that is missing for a moment is being replaced: that is a content of its own, and what comes next another.
    private byte[] Content()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths)
        {
            try
            {
                hash.AppendData(File.ReadAllBytes(path));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                hash.AppendData("missing"u8);
            }
        }

        return hash.GetHashAndReset();
    }
}
