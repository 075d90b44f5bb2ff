using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Readings;

namespace Hub.Bench.Store;

/// <summary>A day that looks like the reference community's: charging curves at 0.1 W, temperatures at 0.1 °C, counts, states and switches.</summary>
internal static class SampleDay
{
    internal readonly record struct Message(Device Device, long AtMs, params Reading[] Readings)
    {
        public void FillInto(Observation observation, long position)
        {
            observation.Clear();
            observation.Device = Device;
            observation.Position = position;
            observation.AtMs = observation.ArrivalMs = AtMs;
            foreach (ref readonly var reading in Readings.AsSpan()) observation.Add(reading);
        }
    }

    public static List<Message> Make(int devices, long start, int hours)
    {
        var channels = new ChannelTable();
        var messages = new List<Message>();
        var kind = new DeviceKind("sample", new LocalText("样", "sample"), 60, 180);
        for (var i = 0; i < devices; i++)
        {
            var random = new Random(i);
            var group = i % 10;
            var name = group < 6 ? $"port-{i / 10 * 6 + group}" : $"other-{i}";
            var device = new Device(i, name, kind, Place.Unknown);
            if (group < 6) Port(messages, channels, device, random, start, hours);
            else if (group < 8) Shed(messages, channels, device, random, start, hours);
            else Gate(messages, channels, device, random, start, hours);
        }

        messages.Sort((a, b) => a.AtMs.CompareTo(b.AtMs));
        return messages;
    }

    // Four hours of charging from full power down to a trickle, then idle; stamps a few milliseconds off the beat.
    private static void Port(List<Message> messages, ChannelTable channels, Device device, Random random, long start, int hours)
    {
        Channel power = channels.Find("power")!, voltage = channels.Find("voltage")!, temp = channels.Find("port_temp")!, state = channels.GetOrAdd("state")!;
        var celsius = 20.0;
        for (long at = start + random.Next(10_000), end = start + hours * 3_600_000L; at < end;)
        {
            var phase = (at / 1000 + device.Index * 977) % 28_800;
            var charging = phase < 14_400;
            var watts = charging ? 180 * Math.Min(1, (14_400 - phase) / 6_000.0) + random.NextDouble() * 2 : 0;
            celsius += (20 + watts / 15 - celsius) * 0.01;
            messages.Add(new Message(device, at + random.Next(3),
                new Reading(power, Math.Round(watts, 1)), new Reading(voltage, Math.Round(226 + random.NextDouble() * 3, 1)),
                new Reading(temp, Math.Round(celsius + random.NextDouble() * 0.1, 1)), new Reading(state, double.NaN, charging ? "charging" : "idle")));
            at += charging ? 10_000 : 60_000;
        }
    }

    private static void Shed(List<Message> messages, ChannelTable channels, Device device, Random random, long start, int hours)
    {
        Channel temp = channels.Find("temperature")!, smoke = channels.Find("smoke")!, co = channels.Find("co")!;
        for (long at = start + random.Next(10_000), end = start + hours * 3_600_000L; at < end; at += 10_000)
        {
            var day = Math.Sin(at / 86_400_000.0 * 2 * Math.PI);
            messages.Add(new Message(device, at, new Reading(temp, Math.Round(22 + 6 * day + random.NextDouble() * 0.1, 1)),
                new Reading(smoke, Math.Round(random.NextDouble() * 0.03, 2)), new Reading(co, random.Next(8) == 0 ? 1 : 0)));
        }
    }

    private static void Gate(List<Message> messages, ChannelTable channels, Device device, Random random, long start, int hours)
    {
        Channel passed = channels.Find("in_count")!, open = channels.Find("contact")!, rssi = channels.Find("rssi")!;
        var count = 0;
        for (long at = start + random.Next(60_000), end = start + hours * 3_600_000L; at < end; at += 5_000 + random.Next(60) * 1000)
            messages.Add(new Message(device, at, new Reading(passed, count += random.Next(3)), new Reading(open, random.Next(20) == 0 ? 1 : 0), new Reading(rssi, -70 - random.Next(6))));
    }
}
