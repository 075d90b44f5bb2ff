using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Mqtt;

namespace Hub.Ingest;

/// <summary>Rates of all devices, from their counters looked at every few seconds: nothing is spent per message but the count.</summary>
/// <param name="registry">Devices.</param>
/// <param name="endpoint">Knows who is in quarantine.</param>
/// <param name="time">Real time.</param>
public sealed class TrafficMeter(DeviceRegistry registry, MqttEndpoint endpoint, TimeProvider time) : IDeviceTraffic
{
    private readonly Lock _gate = new();
    private long[] _counted = [];
    private float[] _rates = [];
    private long _at;

    /// <summary>Looks at all counters. Called every ten seconds by the program.</summary>
    public void Look()
    {
        lock (_gate)
        {
            var devices = registry.All;
            if (_counted.Length < devices.Count)
            {
                Array.Resize(ref _counted, devices.Count + (devices.Count / 4));
                Array.Resize(ref _rates, _counted.Length);
            }

            var now = time.GetTimestamp();
            var seconds = _at == 0 ? 0 : time.GetElapsedTime(_at, now).TotalSeconds;
            _at = now;
            for (var i = 0; i < devices.Count; i++)
            {
                var messages = devices[i].Messages;
                _rates[i] = seconds <= 0 ? 0 : (float)((messages - _counted[i]) / seconds);
                _counted[i] = messages;
            }
        }
    }

    /// <inheritdoc/>
    public DeviceTraffic Of(Device device)
    {
        lock (_gate) return new DeviceTraffic(device.Messages, device.Index < _rates.Length ? Math.Round(_rates[device.Index], 2) : 0, endpoint.QuarantineEnds(new Principal.DevicePrincipal(device.Id)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<(Device Device, double PerSecond)> Busiest(int most)
    {
        lock (_gate)
        {
            var devices = registry.All;
            var top = new PriorityQueue<int, float>(most + 1);
            for (var i = 0; i < Math.Min(devices.Count, _rates.Length); i++)
            {
                if (_rates[i] <= 0 || (top.Count == most && top.TryPeek(out _, out var least) && _rates[i] <= least)) continue;
                top.Enqueue(i, _rates[i]);
                if (top.Count > most) top.Dequeue();
            }

            var busiest = new (Device, double)[top.Count];
            for (var place = busiest.Length - 1; place >= 0; place--)
            {
                var i = top.Dequeue();
                busiest[place] = (devices[i], Math.Round(_rates[i], 2));
            }

            return busiest;
        }
    }

    /// <inheritdoc/>
    public bool Release(Device device) => endpoint.Release(new Principal.DevicePrincipal(device.Id));
}
