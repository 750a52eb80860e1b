//! Which objects: the published form of scoping filters (provisioning-engine.md 3.3).

use super::part::part;

part! {
    /// `filter`.
    Filter {
        /// Groups of which one must be true. Who leaves them is removed from the target.
        groups: Vec<FilterGroup> = "groups",
        /// Cuts objects at reading, without removing them from the target.
        input_filter_groups: Vec<FilterGroup> = "inputFilterGroups",
        /// Says whether an object belongs to the mapping at all.
        category_filter_groups: Vec<FilterGroup> = "categoryFilterGroups",
    }
}

part! {
    /// `filterGroup`: clauses that must all be true.
    FilterGroup {
        /// Its title.
        name: Option<String> = "name",
        /// Its clauses.
        clauses: Vec<FilterClause> = "clauses",
    }
}

part! {
    /// `filterClause`.
    FilterClause {
        /// The operator.
        operator_name: String = "operatorName",
        /// The source attribute.
        source_operand_name: String = "sourceOperandName",
        /// What it is compared with.
        target_operand: Option<FilterOperand> = "targetOperand",
    }
}

part! {
    /// `filterOperand`.
    FilterOperand {
        /// One value, or none for operators that take nothing.
        values: Vec<Option<String>> = "values",
    }
}
