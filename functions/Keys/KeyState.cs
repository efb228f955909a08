namespace Serverless.Keys;

/// <summary>What a signing key is good for.</summary>
internal enum KeyState
{
    /// <summary>Signs every release that devices may get, and devices that carry it are served.</summary>
    Active,

    /// <summary>At the end of a rotation: signs nothing, and devices that still carry it are told to update the app.</summary>
    Retired,

    /// <summary>Compromised: nothing that it signed is offered any more.</summary>
    Disabled,
}

/// <summary>What devices are told whose key is disabled.</summary>
internal enum DisabledAnswer
{
    /// <summary>To go back to the bundle inside the app: what runs may come from whoever has the key.</summary>
    Builtin,

    /// <summary>To stay where they are.</summary>
    Block,
}
