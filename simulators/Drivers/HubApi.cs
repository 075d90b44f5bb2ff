using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Simulators.Commands;
using Hub.Simulators.Communities;

namespace Hub.Simulators.Drivers;

/// <summary>The few requests the simulators make of a hub's HTTP API.</summary>
internal sealed class HubApi : IDisposable
{
    private const int PageSize = 500;
    private static readonly JsonSerializerOptions web = new(JsonSerializerDefaults.Web);
    private readonly HttpClient http;
    private readonly Uri hub;

    public HubApi(Uri hub, string token, HttpMessageHandler? handler = null)
    {
        this.hub = hub;
        http = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        http.BaseAddress = new Uri(hub, "/api/v1/");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Registers places, grids and devices, in portions the hub takes at once.</summary>
    public async Task RegisterAsync(Community community, CancellationToken stop)
    {
        foreach (var places in community.Places.Chunk(PageSize)) await PostAsync(new { places }, stop).ConfigureAwait(false);
        foreach (var grids in community.Grids.Chunk(PageSize)) await PostAsync(new { grids }, stop).ConfigureAwait(false);
        foreach (var devices in community.Devices.Chunk(PageSize)) await PostAsync(new { devices }, stop).ConfigureAwait(false);
    }

    /// <summary>All cases, page by page.</summary>
    public async Task<List<JsonElement>> CasesAsync(CancellationToken stop)
    {
        var all = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var address = $"cases?limit={PageSize}" + (cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor));
            using var answer = await AskAsync(() => http.GetAsync(address, stop)).ConfigureAwait(false);
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>(web, stop).ConfigureAwait(false);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            var next = page.TryGetProperty("next", out var n) ? n : default;
            var following = next.ValueKind switch { JsonValueKind.String => next.GetString(), JsonValueKind.Number => next.GetRawText(), _ => null };
            if (following is not null && following == cursor) throw new SimulatorException($"the hub at {hub} answers the same cursor '{cursor}' again; cannot read all cases");
            cursor = following;
        }
        while (cursor is not null);
        return all;
    }

    public void Dispose() => http.Dispose();

    private async Task PostAsync(object body, CancellationToken stop)
    {
        using var content = JsonContent.Create(body, options: web);
        using var answer = await AskAsync(() => http.PostAsync("devices/import", content, stop)).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> AskAsync(Func<Task<HttpResponseMessage>> ask)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await ask().ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new SimulatorException($"the hub at {hub} cannot be reached: {e.Message}. Is it running, and is --hub its HTTP address?", inner: e);
        }

        if (answer.IsSuccessStatusCode) return answer;
        var text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
        var hint = (int)answer.StatusCode is 401 or 403 ? " Give --token a token with the right to do this ('hub token create')." : "";
        answer.Dispose();
        throw new SimulatorException($"the hub at {hub} answered {(int)answer.StatusCode}: {(text.Length > 300 ? text[..300] + "…" : text)}{hint}");
    }
}
