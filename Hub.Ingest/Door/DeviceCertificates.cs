using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Hub.Core.Devices;
using Hub.Mqtt;
using Hub.Mqtt.Tls;

namespace Hub.Ingest;

/// <summary>Signs devices in by the certificate they show in the TLS handshake: who vouches for it, and whose it is.</summary>
/// <remarks>
/// A device is named by the subject alternative names (URI, then DNS) or else the common name; the first that is the id of a
/// registered device counts. A URI may be <c>urn:hub:device:ID</c> or the bare id. A device is shut out by disabling it.
/// </remarks>
internal sealed class DeviceCertificates(Func<ClientAuthorities> authorities, DeviceRegistry registry, TimeProvider time, Func<Device, ConnectVerdict> admit)
{
    private const string UrnPrefix = "urn:hub:device:";
    private static readonly Asn1Tag dns = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag uri = new(TagClass.ContextSpecific, 6);

    /// <summary>Whose certificate it is, or why it does not count. No password is asked for beside it.</summary>
    /// <param name="certificate">As shown.</param>
    /// <param name="userName">What the client calls itself; null when it does not say.</param>
    public ConnectVerdict Judge(X509Certificate2 certificate, string? userName)
    {
        if (authorities().Fault(certificate, time.GetUtcNow()) is { } fault) return ConnectVerdict.Refuse(ReasonCode.NotAuthorized, fault);
        foreach (var name in Names(certificate))
        {
            if (registry.Find(name) is not { } device) continue;
            if (device.Disabled) return ConnectVerdict.Refuse(ReasonCode.Banned, "the device is disabled");
            if (!string.IsNullOrEmpty(userName) && userName != device.Id) return ConnectVerdict.Refuse(ReasonCode.NotAuthorized, "the user name is not that of the certificate");
            return admit(device);
        }

        return ConnectVerdict.Refuse(ReasonCode.NotAuthorized, "the certificate names no registered device");
    }

    internal static IEnumerable<string> Names(X509Certificate2 certificate)
    {
        var uris = new List<string>();
        var hosts = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == "2.5.29.17") ReadAlternatives(extension.RawData, uris, hosts);
        }

        foreach (var name in uris) yield return name.StartsWith(UrnPrefix, StringComparison.OrdinalIgnoreCase) ? name[UrnPrefix.Length..] : name;
        foreach (var name in hosts) yield return name;
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3" && part.GetSingleElementValue() is { } common) yield return common;
        }
    }

    // GeneralNames of RFC 5280, 4.2.1.6. The chain was verified, so the authority stands behind these bytes; still they may be odd.
    private static void ReadAlternatives(byte[] der, List<string> uris, List<string> hosts)
    {
        try
        {
            var names = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                var tag = names.PeekTag();
                if (tag == uri) uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, uri));
                else if (tag == dns) hosts.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, dns));
                else names.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            // The names read so far count, and the common name.
        }
    }
}
