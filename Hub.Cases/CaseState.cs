namespace Hub.Cases;

/// <summary>Where a grid case stands (GB/T 30428 phases). The seed words: 受理 = Reported to Filed, 交办 = Dispatched, 办结 = Handled, 销号 = Closed, 反馈 = FedBack.</summary>
public enum CaseState
{
    /// <summary>上报.</summary>
    Reported = 1,

    /// <summary>核实.</summary>
    Verifying = 2,

    /// <summary>立案.</summary>
    Filed = 3,

    /// <summary>不予立案.</summary>
    NotFiled = 4,

    /// <summary>派遣.</summary>
    Dispatched = 5,

    /// <summary>签收.</summary>
    Accepted = 6,

    /// <summary>处置中.</summary>
    Handling = 7,

    /// <summary>缓办 / 延期 / 挂账.</summary>
    Suspended = 8,

    /// <summary>办结, not yet verified.</summary>
    Handled = 9,

    /// <summary>返工.</summary>
    Rework = 10,

    /// <summary>结案 / 销号.</summary>
    Closed = 11,

    /// <summary>反馈.</summary>
    FedBack = 12,

    /// <summary>评价.</summary>
    Rated = 13,

    /// <summary>移交.</summary>
    Transferred = 14,

    /// <summary>作废.</summary>
    Cancelled = 15,

    /// <summary>并案.</summary>
    Merged = 16,
}
