using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Mqtt.Tls;

/// <summary>The authorities whose certificates prove who a client is. Safe to use from any thread.</summary>
public sealed class ClientAuthorities
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2Collection roots = [];
    private readonly X509Certificate2Collection between = [];

    /// <param name="bundle">Roots, and the intermediates that clients do not send along.</param>
    public ClientAuthorities(X509Certificate2Collection bundle)
    {
        foreach (var certificate in bundle)
        {
            var isRoot = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
            (isRoot ? roots : between).Add(certificate);
        }

        if (roots.Count == 0) throw new CryptographicException("found no self-signed certificate of an authority, expected at least one");
    }

    /// <summary>Reads a bundle of PEM certificates.</summary>
    /// <exception cref="CryptographicException">It holds no authority.</exception>
    public static ClientAuthorities Read(string path)
    {
        var bundle = new X509Certificate2Collection();
        bundle.ImportFromPemFile(path);
        return new ClientAuthorities(bundle);
    }

    /// <summary>What is wrong with a certificate at <paramref name="now"/>, in words; null when one of the authorities vouches for it.</summary>
    public string? Fault(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(between);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ForClients));
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        try
        {
            if (chain.Build(certificate)) return null;
            var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status);
            return Words(status);
        }
        finally
        {
            foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        }
    }

    private static string Words(X509ChainStatusFlags status) =>
        (status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid)) != 0 ? "the certificate was not issued by an authority known here"
        : status.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "the certificate has expired or is not valid yet"
        : status.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? "the certificate is not made for clients"
        : $"the certificate cannot be relied on ({status})";
}
