using System.Collections.Frozen;

namespace Hub.Ingest;

/// <summary>Names of values that speak of a person, in the spellings platforms use. They are refused even as numbers.</summary>
internal static class PersonalFields
{
    private static readonly FrozenSet<string> names = new[]
    {
        "name", "personname", "personid", "personinfo", "phone", "phonenumber", "mobile", "mobilephone", "tel", "telephone",
        "idcard", "idcardno", "idnumber", "idno", "identity", "identitynumber", "certificateno", "passport",
        "face", "faceid", "faceimage", "facefeature", "plate", "plateno", "platenumber", "licenseplate", "imei", "imsi", "address",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the name is one of them; <c>_</c>, <c>-</c> and <c>.</c> do not count.</summary>
    public static bool Contains(string name) =>
        names.Contains(name) || names.Contains(name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal));
}
