using Microsoft.AspNetCore.Http;

namespace Hub.Dashboard.Api;

/// <summary>Which of the two languages a caller reads: <c>?lang=</c> before Accept-Language, Chinese when neither says.</summary>
internal static class LanguageOf
{
    public static string Language(this HttpContext http)
    {
        var asked = http.Request.Query["lang"].ToString();
        if (asked.Length > 0) return asked.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? "en" : "zh";
        foreach (var range in http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(r => r.Quality ?? 1))
        {
            if (range.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase)) return "zh";
            if (range.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase)) return "en";
        }

        return "zh";
    }
}
