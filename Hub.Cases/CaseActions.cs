namespace Hub.Cases;

/// <summary>Names of what people can do with a case.</summary>
public static class CaseActions
{
    /// <summary>T2 核实.</summary>
    public const string Verify = "verify";

    /// <summary>T3 立案.</summary>
    public const string File = "file";

    /// <summary>T4 不予立案.</summary>
    public const string Decline = "decline";

    /// <summary>T5 派遣.</summary>
    public const string Dispatch = "dispatch";

    /// <summary>T6 签收.</summary>
    public const string Accept = "accept";

    /// <summary>T7 退回.</summary>
    public const string Return = "return";

    /// <summary>T8 到场.</summary>
    public const string Arrive = "arrive";

    /// <summary>T9 缓办.</summary>
    public const string Suspend = "suspend";

    /// <summary>T9 恢复.</summary>
    public const string Resume = "resume";

    /// <summary>T10 办结.</summary>
    public const string Finish = "finish";

    /// <summary>T11 结案 / 销号.</summary>
    public const string Close = "close";

    /// <summary>T12 返工.</summary>
    public const string Rework = "rework";

    /// <summary>T13 反馈.</summary>
    public const string FeedBack = "feedBack";

    /// <summary>T13 评价.</summary>
    public const string Rate = "rate";

    /// <summary>T15 移交.</summary>
    public const string Transfer = "transfer";

    /// <summary>T15 回执办结.</summary>
    public const string CloseReceipt = "closeReceipt";

    /// <summary>T16 升级.</summary>
    public const string Escalate = "escalate";

    /// <summary>T16 吹哨.</summary>
    public const string Whistle = "whistle";

    /// <summary>T16 报到.</summary>
    public const string CheckIn = "checkIn";

    /// <summary>T16 离场.</summary>
    public const string CheckOut = "checkOut";

    /// <summary>T17 作废.</summary>
    public const string Cancel = "cancel";

    /// <summary>T17 并案.</summary>
    public const string Merge = "merge";

    /// <summary>A person says: it is real.</summary>
    public const string Confirm = "confirm";

    /// <summary>A named person says, with a reason: false alarm.</summary>
    public const string Dismiss = "dismiss";

    /// <summary>督办.</summary>
    public const string Urge = "urge";

    /// <summary>A note.</summary>
    public const string Note = "note";

    /// <summary>Further evidence.</summary>
    public const string Evidence = "evidence";
}
