namespace Serverless.Tests.Support.Faults;

/// <summary>The two instants at which the proxy can step in.</summary>
public enum Stage
{
    /// <summary>Storage has not heard of the request.</summary>
    BeforeForwarding,

    /// <summary>Storage has done what was asked, and the client does not know it yet.</summary>
    AfterForwarding,
}
