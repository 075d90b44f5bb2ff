using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Mqtt.Tls;

/// <summary>The certificate the endpoint shows.</summary>
public static class ServerCertificate
{
    /// <summary>Reads certificate, the intermediates behind it, and key.</summary>
    /// <param name="certificate">PEM: the server's own certificate first, then its intermediates.</param>
    /// <param name="key">PEM of the private key; null when it stands in the first file.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">No certificate, no key, or a key that does not belong to it.</exception>
    public static SslStreamCertificateContext Read(string certificate, string? key)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key);

        // A key straight from PEM is ephemeral, which some platforms cannot use for TLS.
        var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificate);
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }
}
