namespace Serverless.Management.Documents;

/// <summary>What the document of the API says of a management function, beside what its trigger and its parameters tell.</summary>
/// <param name="summary">What a call does, as a sentence without its full stop.</param>
/// <param name="answer">What <see cref="ManagementJson"/> writes when it went well.</param>
/// <param name="problems">Codes of its own, from <see cref="ProblemCode"/>; those that all calls share are added.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OperationAttribute(string summary, Type answer, params string[] problems) : Attribute
{
    public string Summary => summary;

    public Type Answer => answer;

    public IReadOnlyList<string> Problems => problems;

    /// <summary>What <see cref="ManagementJson"/> reads; <see cref="Stream"/> for a zip; null when nothing is sent.</summary>
    public Type? Body { get; set; }

    /// <summary>Members of the body that are left out keep what they are.</summary>
    public bool IsPartial { get; set; }

    /// <summary>Parameters of the query.</summary>
    public string[] Query { get; set; } = [];

    public int Status { get; set; } = 200;

    /// <summary>A change names the ETag of what it changes.</summary>
    public bool NeedsMatch { get; set; }
}
