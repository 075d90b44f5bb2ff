using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Tests.Support;

/// <summary>An authority made for one test, that issues certificates to servers and devices.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ForClients = "1.3.6.1.5.5.7.3.2";
    public const string ForServers = "1.3.6.1.5.5.7.3.1";

    private readonly DateTimeOffset now;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(DateTimeOffset now, string name = "Estate authority")
        : this(now, name, issuer: null)
    {
    }

    private TestAuthority(DateTimeOffset now, string name, TestAuthority? issuer)
    {
        this.now = now;
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        if (issuer is null)
        {
            Root = request.CreateSelfSigned(now.AddYears(-1), now.AddYears(1));
            return;
        }

        using var issued = request.Create(issuer.Root, now.AddDays(-100), now.AddDays(100), RandomNumberGenerator.GetBytes(8));
        Root = issued.CopyWithPrivateKey(key);
    }

    /// <summary>An authority that this one vouches for.</summary>
    public TestAuthority Branch() => new(now, "Branch office", this);

    /// <summary>Its own certificate.</summary>
    public X509Certificate2 Root { get; }

    /// <param name="name">Common name.</param>
    /// <param name="usage">What it is made for.</param>
    /// <param name="alternatives">Adds subject alternative names.</param>
    /// <param name="days">How long it is valid from yesterday on; negative for one that has expired.</param>
    public X509Certificate2 Issue(string name, string usage = ForClients, Action<SubjectAlternativeNameBuilder>? alternatives = null, int days = 30)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN=\"{name}\""), own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        if (alternatives is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            alternatives(names);
            request.CertificateExtensions.Add(names.Build());
        }

        using var issued = request.Create(Root, now.AddDays(Math.Min(-1, days - 1)), now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>A certificate for a server at 127.0.0.1.</summary>
    public X509Certificate2 IssueServer(string name = "127.0.0.1") => Issue(name, ForServers, names => names.AddIpAddress(System.Net.IPAddress.Loopback));

    public static void Write(X509Certificate2 certificate, string file, string? keyFile = null)
    {
        File.WriteAllText(file, certificate.ExportCertificatePem());
        if (keyFile is not null) File.WriteAllText(keyFile, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Root.Dispose();
        key.Dispose();
    }
}
