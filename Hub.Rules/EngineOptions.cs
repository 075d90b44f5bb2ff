using System.ComponentModel.DataAnnotations;
using Hub.Core.Devices;

namespace Hub.Rules;

/// <summary>Limits of one lane's rule engine.</summary>
public sealed class EngineOptions
{
    /// <summary>Most keys (rule × place, device or zone) a lane keeps state for. Default 1,000,000. Beyond it new keys are refused and counted; P1 rules still get one.</summary>
    [Range(1_000, 100_000_000)] public int MaxKeys { get; set; } = 1_000_000;

    /// <summary>Most zones a key may be split into, because zone names come from devices. Default 64.</summary>
    [Range(1, 4_096)] public int MaxZonesPerKey { get; set; } = 64;

    /// <summary>Most raises of one key an hour before a rule below P1 is held back as flapping. Default 6.</summary>
    [Range(1, 3_600)] public int MaxRaisesPerKeyPerHour { get; set; } = 6;

    /// <summary>Most alerts of one rule below P1 a minute in a lane, so that a rule that matches everything cannot flood the case desk. Default 120.</summary>
    [Range(1, 100_000)] public int MaxAlertsPerRulePerMinute { get; set; } = 120;

    /// <summary>In so many minutes of an hour a rule may reach that limit; then it matches nearly everything, and its alerts below P1 are recorded without making cases until the rule is changed. Default 10.</summary>
    [Range(1, 60)] public int FloodedMinutesBeforeShadow { get; set; } = 10;

    /// <summary>A rule keeps one judgement that raised nothing in its trace each so many seconds of the lane. Default 60.</summary>
    [Range(1, 86_400)] public int TraceSeconds { get; set; } = 60;

    /// <summary>Most keys of detectors (detector × device) in a lane, at most 4 KB each. Default 100,000. Beyond it further devices are not scored and counted.</summary>
    [Range(0, 10_000_000)] public int MaxDetectorKeys { get; set; } = 100_000;

    /// <summary>Keeps the scores of detectors for a readings store to take. Default false: a replay only judges.</summary>
    public bool KeepScores { get; set; }

    /// <summary>Whether a device speaks in this lane. One that was moved to a site of another lane is missed there, not here. Default: every device that was heard.</summary>
    public Func<Device, bool> Owns { get; set; } = _ => true;
}
