using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Ledger.Seals;

/// <summary>How long the storage account is to keep seals from everybody's hands.</summary>
internal sealed class SealOptions
{
    public const string Section = "Seals";

    /// <summary>Days that a seal can be neither changed nor removed, where the container allows such policies; 0 for none.</summary>
    [Range(0, 36_500)]
    public int ImmutabilityDays { get; set; } = 365;

    /// <summary>Nobody, the account's owner included, can shorten the time.</summary>
    public bool Locked { get; set; }
}

[OptionsValidator]
internal sealed partial class SealOptionsValidator : IValidateOptions<SealOptions>;
