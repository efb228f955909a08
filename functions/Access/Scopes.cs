namespace Serverless.Access;

/// <summary>What a caller of the management API may do. Each is given by itself, <see cref="Admin"/> includes all.</summary>
[Flags]
internal enum Scopes
{
    None = 0,

    /// <summary>See everything but secrets.</summary>
    Read = 1,

    /// <summary>Bring bundles into the drop zone.</summary>
    Upload = 2,

    /// <summary>Change what channels offer and to whom: promote, roll out, pin, set policies, write notices.</summary>
    Promote = 4,

    /// <summary>Withdraw releases, go back, decide about incidents.</summary>
    Rollback = 8,

    /// <summary>Retire, disable and enable signing keys.</summary>
    Keys = 16,

    /// <summary>Vouch for devices, as an app's own backend does.</summary>
    Devices = 32,

    /// <summary>Give and take the right to do any of it.</summary>
    Admin = Read | Upload | Promote | Rollback | Keys | Devices | 64,
}
