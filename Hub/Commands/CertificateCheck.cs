using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Hub.Core;
using Hub.Road;
using Hub.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Commands;

/// <summary>Looks the certificates of the TLS port and of the outside broker over: whether they can be used, and for how long.</summary>
internal sealed class CertificateCheck(HubSettings settings, TimeProvider clock, Findings findings)
{
    private static readonly TimeSpan soon = TimeSpan.FromDays(30);

    private readonly DateTimeOffset now = clock.GetUtcNow();

    /// <summary>Whether any certificate is configured.</summary>
    public static bool Concerns(HubSettings settings) => settings.MqttTlsPort > 0 || settings.Source is { Certificate: not null } or { Authorities.Count: > 0 };

    /// <summary>Reads them all; what has expired is a fault, what soon will is a note.</summary>
    /// <returns>What was found sound.</returns>
    /// <exception cref="StartException">A file cannot be used.</exception>
    public string Run()
    {
        TlsFiles.Open(settings, clock, NullLoggerFactory.Instance)?.Dispose();
        var all = new List<X509Certificate2>();
        if (settings.MqttTlsPort > 0) Chain("Hub:Mqtt:Certificate", Read(settings.TlsCertificate!));
        if (settings.ClientCa is { } bundle) Bundle("Hub:Mqtt:ClientCa", Read(bundle));
        if (settings.Source is { Certificate: { } own }) Chain("Hub:Mqtt:SourceCertificate", [own]);
        if (settings.Source is { Authorities: { Count: > 0 } authorities }) Bundle("Hub:Mqtt:SourceCa", authorities);
        return string.Create(CultureInfo.InvariantCulture, $"{all.Count} read, the first expires on {Day(all.Min(EndOf))}");

        // Each link is needed.
        void Chain(string key, X509Certificate2Collection certificates)
        {
            all.AddRange(certificates);
            foreach (var certificate in certificates) Tell(key, certificate, needed: true);
        }

        // An authority that has expired beside its successor harms nobody.
        void Bundle(string key, X509Certificate2Collection certificates)
        {
            all.AddRange(certificates);
            var valid = certificates.Any(c => EndOf(c) > now);
            foreach (var certificate in certificates) Tell(key, certificate, needed: !valid);
        }
    }

    private void Tell(string key, X509Certificate2 certificate, bool needed)
    {
        var (begin, end) = (new DateTimeOffset(certificate.NotBefore), EndOf(certificate));
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        if (begin > now)
            findings.Fault("certificates", Both(new($"{key}：“{name}”自 {Day(begin)} 起才有效；请检查时钟或证书", $"{key}: '{name}' is not valid before {Day(begin)}; look at the clock or the certificate")));
        else if (end <= now && needed)
            findings.Fault("certificates", Both(new($"{key}：“{name}”已于 {Day(end)} 过期；请换新证书", $"{key}: '{name}' expired on {Day(end)}; renew it")));
        else if (end <= now)
            findings.Say("note", Both(new($"{key}：“{name}”已于 {Day(end)} 过期，可以移除", $"{key}: '{name}' expired on {Day(end)} and can be taken out")));
        else if (end - now <= soon)
            findings.Say("note", Both(new($"{key}：“{name}”将于 {Day(end)} 到期（还有 {Left(end)} 天）；请在此之前换新", $"{key}: '{name}' expires on {Day(end)}, in {Left(end)} days; renew it before")));
    }

    private int Left(DateTimeOffset end) => (int)(end - now).TotalDays;

    private string Day(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, settings.Zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset EndOf(X509Certificate2 certificate) => new(certificate.NotAfter);

    private static string Both(LocalText said) => $"{said.En} / {said.Zh}";

    private static X509Certificate2Collection Read(string path)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPemFile(path);
        return found;
    }
}
