using System.Globalization;
using System.Text;
using Hub.Core;

namespace Hub.Simulators.Communities;

/// <summary>Collects footprints into one GeoJSON FeatureCollection.</summary>
internal sealed class PlanWriter
{
    private readonly StringBuilder text = new("{\"type\":\"FeatureCollection\",\"features\":[");
    private bool any;

    /// <summary>Adds one footprint. Names are our own and hold nothing that JSON must escape.</summary>
    public void Add(string kind, string place, LocalText name, in Rect rect, double heightM = 0)
    {
        if (any) text.Append(',');
        any = true;
        text.Append(CultureInfo.InvariantCulture, $"{{\"type\":\"Feature\",\"properties\":{{\"kind\":\"{kind}\",\"place\":\"{place}\",\"nameZh\":\"{name.Zh}\",\"nameEn\":\"{name.En}\"");
        if (heightM > 0) text.Append(CultureInfo.InvariantCulture, $",\"height\":{heightM}");
        text.Append("},\"geometry\":").Append(Ground.Polygon(rect)).Append('}');
    }

    public string Finish() => text + "]}";
}
